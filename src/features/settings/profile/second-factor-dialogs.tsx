"use client";

import { useState } from "react";
import { CodeFormDialog } from "@/components/code-form-dialog";
import { PasskeyFormDialog } from "@/components/passkey-form-dialog";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import type { SecondFactorSecret, SecondFactorView } from "@/contracts/second-factor";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { AppSecret } from "./app-secret";

interface CodesDialogProps {
  /** With new recovery codes. */
  onCodes: (codes: string[]) => void;
  onClose: () => void;
}

interface SetUpAppDialogProps extends CodesDialogProps {
  secret: SecondFactorSecret;
}

/** Shows the secret, and switches on with the first code of the app. */
export function SetUpAppDialog({ secret, onCodes, onClose }: SetUpAppDialogProps) {
  const confirm = trpc.profile.confirmSecondFactor.useMutation();
  return (
    <CodeFormDialog
      title="Set up a second factor"
      description="Scan this with your authenticator app, then type the code that it shows."
      submitLabel="Switch on"
      kind="app"
      send={async (input) => onCodes((await confirm.mutateAsync(input)).codes)}
      onClose={onClose}
      above={<AppSecret secret={secret} />}
    />
  );
}

/** Makes new recovery codes; those of before are worth nothing then. By a passkey where there is one, else by a code. */
export function RenewCodesDialog({
  factor: { hasPasskey },
  onCodes,
  onClose,
}: CodesDialogProps & { factor: SecondFactorView }) {
  const [way, setWay] = useState<"passkey" | "code">(hasPasskey ? "passkey" : "code");
  const ask = trpc.passkeys.ask.useMutation();
  const renew = trpc.profile.renewRecoveryCodes.useMutation();
  const refresh = useRefresh("profile");
  const parts = {
    title: "New recovery codes",
    description: "Those that you have stored are worth nothing then.",
    submitLabel: "Make new codes",
    onClose,
    async send(input: Parameters<typeof renew.mutateAsync>[0]) {
      onCodes((await renew.mutateAsync(input)).codes);
      refresh();
    },
  };
  const other = way === "passkey" ? "code" : "passkey";
  const otherWay = hasPasskey && (
    <Button variant="ghost" size="sm" className="-ml-2.5" onClick={() => setWay(other)}>
      {other === "code" ? "Use a code" : "Use a passkey"}
    </Button>
  );
  if (way === "passkey")
    return (
      <PasskeyFormDialog {...parts} ask={() => ask.mutateAsync()}>
        {otherWay}
      </PasskeyFormDialog>
    );
  return (
    <CodeFormDialog {...parts} kind="any">
      {otherWay}
    </CodeFormDialog>
  );
}

interface RemoveDialogProps {
  /** Whether there is a second factor beside the app. */
  hasPasskey: boolean;
  onClose: () => void;
}

/** Switches the app off, with a code. */
export function RemoveSecondFactorDialog({ hasPasskey, onClose }: RemoveDialogProps) {
  const remove = trpc.profile.removeSecondFactor.useMutation();
  const refresh = useRefresh("profile");
  return (
    <CodeFormDialog
      title={hasPasskey ? "Switch the app off" : "Switch the second factor off"}
      description={
        hasPasskey
          ? "The entry in your app is worth nothing then. Passkeys and recovery codes stay."
          : "The entry in your app and the recovery codes are worth nothing then. Where everybody has to have a second factor, you are asked for another at once."
      }
      submitLabel="Switch off"
      kind="any"
      send={async (input) => {
        await remove.mutateAsync(input);
        refresh();
        toast({
          text: hasPasskey
            ? "Signing in asks for a passkey now, no longer for a code of the app."
            : "Signing in asks for the password alone now.",
        });
        onClose();
      }}
      onClose={onClose}
    />
  );
}
