"use client";

import { useId } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { Link } from "@/components/link";
import { CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { Switch } from "@/components/ui/switch";
import { toast } from "@/components/ui/toast";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { SettingsSection } from "./section";

/** What everybody has to show to sign in. The switch acts at once. */
export function SignInSection() {
  const settings = trpc.settings.signIn.useQuery();
  return (
    <SettingsSection
      id="sign-in"
      title="Sign-in"
      description={<p>What administrators have to show. Holds for everybody’s next request.</p>}
    >
      {settings.error ? (
        <CardContent>
          <ErrorNotice error={settings.error} onRetry={() => void settings.refetch()} />
        </CardContent>
      ) : (
        <RequiredSwitch stored={settings.data?.secondFactorRequired} />
      )}
    </SettingsSection>
  );
}

/** @param stored undefined while the server is asked */
function RequiredSwitch({ stored }: { stored: boolean | undefined }) {
  const id = useId();
  const utils = trpc.useUtils();
  const refresh = useRefresh("settings");
  const change = trpc.settings.changeSignIn.useMutation({
    onSuccess(after) {
      utils.settings.signIn.setData(undefined, after);
      toast({
        text: after.secondFactorRequired
          ? "Whoever has no second factor is led to set one up."
          : "A second factor is everybody’s own choice.",
      });
    },
    onSettled: refresh,
  });
  // While it is being saved, it stands as it was put.
  const on = (change.isPending ? change.variables.secondFactorRequired : undefined) ?? stored ?? false;
  return (
    <CardContent>
      <div className="flex items-center justify-between gap-6">
        <h3 id={id} className="font-medium">
          Second factor required
        </h3>
        {stored === undefined ? (
          <Skeleton className="h-5 w-17" />
        ) : (
          <div className="flex items-center gap-2">
            <span aria-hidden className="text-ink-2 text-sm">
              {on ? "On" : "Off"}
            </span>
            <Switch
              checked={on}
              onCheckedChange={(wanted) =>
                !change.isPending && change.mutate({ secondFactorRequired: wanted })
              }
              aria-labelledby={id}
              aria-describedby={`${id}-text`}
              aria-busy={change.isPending || undefined}
            />
          </div>
        )}
      </div>
      <p id={`${id}-text`} className="mt-1 max-w-prose text-pretty text-ink-2 text-sm">
        Whoever has none sets one up before anything else, also who is signed in now.{" "}
        <Link href="/team">Team</Link> shows who has one. Yours is set up in{" "}
        <Link href="/profile#second-factor">Profile</Link>, and has to be first.
      </p>
      {change.error ? <ErrorNotice error={change.error} className="mt-3" /> : null}
    </CardContent>
  );
}
