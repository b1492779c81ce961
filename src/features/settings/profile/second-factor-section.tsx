"use client";

import { useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { onDemand } from "@/components/on-demand";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import type { SecondFactorView } from "@/contracts/second-factor";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { SettingsSection } from "../section";
import { RecoveryCodesDialog } from "./recovery-codes-dialog";
import { SetUpApp } from "./set-up-app";

const RemoveSecondFactorDialog = onDemand(() =>
  import("./second-factor-dialogs").then((module) => module.RemoveSecondFactorDialog),
);
const RenewCodesDialog = onDemand(() =>
  import("./second-factor-dialogs").then((module) => module.RenewCodesDialog),
);

/** Whether signing in asks for a code of an app as well. */
export function SecondFactorSection() {
  const factor = trpc.profile.secondFactor.useQuery();
  const refresh = useRefresh("profile");
  /** Kept here alone, above all that an answer of the server replaces, and gone once they are stored. */
  const [codes, setCodes] = useState<string[] | null>(null);
  const stored = () => {
    setCodes(null);
    refresh();
  };
  return (
    <SettingsSection
      id="second-factor"
      title="Second factor"
      description={
        <p>
          Asked for after the password, so that whoever has your password alone does not get in: a code of an
          authenticator app, or one of your <a href="#passkeys">passkeys</a>. Ten recovery codes help where
          phone and passkeys are lost.
        </p>
      }
    >
      <CardContent>
        {factor.data ? (
          <State factor={factor.data} onCodes={(made) => (made.length > 0 ? setCodes(made) : refresh())} />
        ) : factor.error ? (
          <ErrorNotice error={factor.error} onRetry={() => void factor.refetch()} />
        ) : (
          <Skeleton aria-busy className="h-8.5" />
        )}
      </CardContent>
      {codes && <RecoveryCodesDialog codes={codes} onStored={stored} />}
    </SettingsSection>
  );
}

type Asking = "renew" | "remove";

interface StateProps {
  factor: SecondFactorView;
  onCodes: (codes: string[]) => void;
}

function State({ factor, onCodes }: StateProps) {
  const { enabledAt, hasPasskey, codesLeft } = factor;
  const [asking, setAsking] = useState<Asking | null>(null);
  const close = () => setAsking(null);
  const reveal = (codes: string[]) => {
    close();
    onCodes(codes);
  };
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
      {enabledAt ? (
        <p>
          <span className="font-medium">On</span>{" "}
          <span className="text-ink-2">
            since <Timestamp value={enabledAt} />. {count(codesLeft, "recovery code")} left.
          </span>
        </p>
      ) : hasPasskey ? (
        <p>
          <span className="font-medium">On</span>{" "}
          <span className="text-ink-2">
            with passkeys, without an app. {count(codesLeft, "recovery code")} left.
          </span>
        </p>
      ) : (
        <p>
          <span className="font-medium">Off.</span>{" "}
          <span className="text-ink-2">Signing in asks for the password alone.</span>
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        {(enabledAt || hasPasskey) && <Button onClick={() => setAsking("renew")}>New recovery codes</Button>}
        {enabledAt ? (
          <Button onClick={() => setAsking("remove")}>Switch off{hasPasskey && " the app"}</Button>
        ) : (
          <SetUpApp label={hasPasskey ? "Set up an app" : "Set up"} onCodes={onCodes} />
        )}
      </div>
      {asking === "renew" && <RenewCodesDialog factor={factor} onCodes={reveal} onClose={close} />}
      {asking === "remove" && <RemoveSecondFactorDialog hasPasskey={hasPasskey} onClose={close} />}
    </div>
  );
}
