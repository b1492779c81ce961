"use client";

import { useRef } from "react";
import { FormDialog } from "@/components/form-dialog";
import { TextField } from "@/components/form-fields";
import { toast } from "@/components/ui/toast";
import { registerPasskeySchema } from "@/contracts/schemas/passkeys";
import { type CreationOptions, createPasskey, passkeyFailure } from "@/lib/passkeys";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";

interface AddPasskeyDialogProps {
  offered: { options: CreationOptions; suggestedName: string };
  onCodes: (codes: string[]) => void;
  onClose: () => void;
}

const nameOnly = registerPasskeySchema.pick({ name: true });

/** Asks what the passkey is to be called, then has the browser make it. */
export function AddPasskeyDialog({ offered, onCodes, onClose }: AddPasskeyDialogProps) {
  const offer = trpc.passkeys.offer.useMutation();
  const register = trpc.passkeys.register.useMutation();
  const refresh = useRefresh("passkeys");
  /** A challenge works once: a second attempt takes one of its own. */
  const unused = useRef<typeof offered | null>(offered);
  const form = useZodForm({
    defaultValues: { name: capitalized(offered.suggestedName) },
    schema: nameOnly,
    toInput: (values) => values,
    async send({ name }) {
      const { options } = unused.current ?? (await offer.mutateAsync());
      unused.current = null;
      const registration = await createPasskey(options);
      const { codes } = await register.mutateAsync({ name, registration }).catch((error: unknown) => {
        throw passkeyFailure(error);
      });
      refresh();
      toast({ text: `The passkey ${name} signs you in from now on.` });
      onCodes(codes);
    },
  });
  return (
    <FormDialog
      title="Add a passkey"
      description="Your browser asks next where to keep it: on this device, in a password manager, on a phone, or on a security key."
      size="sm"
      form={form}
      submitLabel="Continue"
      onClose={onClose}
    >
      <TextField
        control={form.control}
        name="name"
        label="Name"
        autoComplete="off"
        hint="By which you know it in this list"
      />
    </FormDialog>
  );
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
