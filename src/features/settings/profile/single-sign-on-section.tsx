"use client";

import { useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorNotice } from "@/components/error-notice";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { hostOf } from "@/contracts/hosts";
import type { LinkedIdentity, WaysToSignIn } from "@/contracts/single-sign-on";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { SettingsSection } from "../section";

/** The accounts at providers by which one signs in. Not there where no provider is set up, and none is left from before. */
export function SingleSignOnSection({ ways }: { ways: WaysToSignIn }) {
  const own = trpc.profile.signIn.useQuery();
  const [unlinking, setUnlinking] = useState<LinkedIdentity | null>(null);
  if (ways.providers.length === 0 && !own.data?.identities.length) return null;
  const names = new Intl.ListFormat("en", { type: "disjunction" }).format(
    ways.providers.map(({ name }) => name),
  );
  return (
    <SettingsSection
      id="single-sign-on"
      title="Single sign-on"
      description={
        <p>
          The account by which you sign in without a password. It is linked when you first sign in with
          {` ${names || "a provider"}`}, and stays so when its e-mail address changes.
        </p>
      }
    >
      {own.error ? (
        <CardContent>
          <ErrorNotice error={own.error} onRetry={() => void own.refetch()} />
        </CardContent>
      ) : !own.data ? (
        <CardContent aria-busy>
          <Skeleton className="h-8.5" />
        </CardContent>
      ) : own.data.identities.length === 0 ? (
        <CardContent className="text-ink-2 text-sm">None is linked.</CardContent>
      ) : (
        <ul className="divide-y">
          {own.data.identities.map((identity) => (
            <IdentityRow key={identity.issuer} identity={identity} onUnlink={() => setUnlinking(identity)} />
          ))}
        </ul>
      )}
      {unlinking && <UnlinkDialog identity={unlinking} onClose={() => setUnlinking(null)} />}
    </SettingsSection>
  );
}

function IdentityRow({ identity, onUnlink }: { identity: LinkedIdentity; onUnlink: () => void }) {
  const { issuer, email, linkedAt, lastSignInAt } = identity;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0">
        <p className="break-all font-medium">{hostOf(issuer)}</p>
        <p className="flex flex-wrap gap-x-2 text-ink-2 text-sm">
          <span className="break-all">{email}</span>
          <span>
            linked <Timestamp value={linkedAt} />
          </span>
          <span>
            last sign-in <Timestamp value={lastSignInAt} />
          </span>
        </p>
      </div>
      <Button size="sm" aria-label={`Unlink ${hostOf(issuer)}`} onClick={onUnlink}>
        Unlink
      </Button>
    </li>
  );
}

function UnlinkDialog({ identity, onClose }: { identity: LinkedIdentity; onClose: () => void }) {
  const refresh = useRefresh("profile");
  const unlink = trpc.profile.unlinkIdentity.useMutation({
    onSuccess() {
      toast({ text: "Unlinked." });
      onClose();
    },
    onSettled: refresh,
  });
  return (
    <ConfirmDialog
      title="Unlink the account"
      confirmLabel="Unlink"
      onConfirm={() => unlink.mutate({ issuer: identity.issuer })}
      onClose={onClose}
      pending={unlink.isPending}
      error={unlink.error}
    >
      <p>
        The account at {hostOf(identity.issuer)} no longer decides who you are. The next one there that signs
        in with the verified address of yours is linked instead.
      </p>
    </ConfirmDialog>
  );
}
