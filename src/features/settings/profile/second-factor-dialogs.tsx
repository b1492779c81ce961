"use client";

import { CodeFormDialog } from "@/components/code-form-dialog";
import { toast } from "@/components/ui/toast";
import type { SecondFactorSecret } from "@/contracts/second-factor";
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

/** Makes new recovery codes; those of before are worth nothing then. */
export function RenewCodesDialog({ onCodes, onClose }: CodesDialogProps) {
  const renew = trpc.profile.renewRecoveryCodes.useMutation();
  const refresh = useRefresh("profile");
  return (
    <CodeFormDialog
      title="New recovery codes"
      description="Those that you have stored are worth nothing then."
      submitLabel="Make new codes"
      kind="any"
      send={async (input) => {
        onCodes((await renew.mutateAsync(input)).codes);
        refresh();
      }}
      onClose={onClose}
    />
  );
}

/** Switches off, with a code. */
export function RemoveSecondFactorDialog({ onClose }: { onClose: () => void }) {
  const remove = trpc.profile.removeSecondFactor.useMutation();
  const refresh = useRefresh("profile");
  return (
    <CodeFormDialog
      title="Switch the second factor off"
      description="The entry in your app and the recovery codes are worth nothing then."
      submitLabel="Switch off"
      kind="any"
      send={async (input) => {
        await remove.mutateAsync(input);
        refresh();
        toast({ text: "Signing in asks for the password alone now." });
        onClose();
      }}
      onClose={onClose}
    />
  );
}
