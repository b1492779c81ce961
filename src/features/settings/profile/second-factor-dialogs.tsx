"use client";

import { CodeField } from "@/components/code-field";
import { FormDialog } from "@/components/form-dialog";
import { toast } from "@/components/ui/toast";
import { type SecondFactorSecret, secondFactorCodeInput } from "@/contracts/second-factor";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { AppSecret } from "./app-secret";

interface CodesDialogProps {
  /** With new recovery codes. */
  onDone: (codes: string[]) => void;
  onClose: () => void;
}

interface SetUpAppDialogProps extends CodesDialogProps {
  secret: SecondFactorSecret;
}

/** Shows the secret, and switches on with the first code of the app. */
export function SetUpAppDialog({ secret, onDone, onClose }: SetUpAppDialogProps) {
  const confirm = trpc.profile.confirmSecondFactor.useMutation();
  const form = useZodForm({
    defaultValues: { code: "" },
    schema: secondFactorCodeInput,
    toInput: (values) => values,
    async send(input) {
      onDone((await confirm.mutateAsync(input)).codes);
    },
  });
  return (
    <FormDialog
      title="Set up a second factor"
      description="Scan this with your authenticator app, then type the code that it shows."
      size="sm"
      form={form}
      submitLabel="Switch on"
      onClose={onClose}
    >
      <AppSecret secret={secret} />
      <CodeField control={form.control} name="code" kind="app" />
    </FormDialog>
  );
}

/** Makes new recovery codes; those of before are worth nothing then. */
export function RenewCodesDialog({ onDone, onClose }: CodesDialogProps) {
  const renew = trpc.profile.renewRecoveryCodes.useMutation();
  const refresh = useRefresh("profile");
  const form = useZodForm({
    defaultValues: { code: "" },
    schema: secondFactorCodeInput,
    toInput: (values) => values,
    async send(input) {
      const { codes } = await renew.mutateAsync(input);
      refresh();
      onDone(codes);
    },
  });
  return (
    <FormDialog
      title="New recovery codes"
      description="Those that you have stored are worth nothing then."
      size="sm"
      form={form}
      submitLabel="Make new codes"
      onClose={onClose}
    >
      <CodeField control={form.control} name="code" kind="any" />
    </FormDialog>
  );
}

/** Switches off, with a code. */
export function RemoveSecondFactorDialog({ onClose }: { onClose: () => void }) {
  const remove = trpc.profile.removeSecondFactor.useMutation();
  const refresh = useRefresh("profile");
  const form = useZodForm({
    defaultValues: { code: "" },
    schema: secondFactorCodeInput,
    toInput: (values) => values,
    async send(input) {
      await remove.mutateAsync(input);
      refresh();
      toast({ text: "Signing in asks for the password alone now." });
      onClose();
    },
  });
  return (
    <FormDialog
      title="Switch the second factor off"
      description="The entry in your app and the recovery codes are worth nothing then."
      size="sm"
      form={form}
      submitLabel="Switch off"
      onClose={onClose}
    >
      <CodeField control={form.control} name="code" kind="any" />
    </FormDialog>
  );
}
