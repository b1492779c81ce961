"use client";

import type { AuthenticationResponseJSON } from "@simplewebauthn/browser";
import { KeyRound } from "lucide-react";
import type { ReactNode } from "react";
import * as z from "zod";
import { answerWithPasskey, passkeyFailure, type RequestOptions } from "@/lib/passkeys";
import { useZodForm } from "@/lib/use-zod-form";
import { FormDialog } from "./form-dialog";

interface PasskeyFormDialogProps {
  title: string;
  description: string;
  submitLabel: string;
  /** Has the server make the challenge. */
  ask: () => Promise<RequestOptions>;
  /** Sends the answer. What it throws is said in the dialog. */
  send: (input: { passkey: AuthenticationResponseJSON }) => Promise<void>;
  onClose: () => void;
  /** Below the words. */
  children?: ReactNode;
}

const nothing = z.strictObject({});

/** Asks for one of one's own passkeys. */
export function PasskeyFormDialog({ ask, send, children, ...dialog }: PasskeyFormDialogProps) {
  const form = useZodForm({
    defaultValues: {},
    schema: nothing,
    toInput: () => ({}),
    async send() {
      const passkey = await answerWithPasskey(await ask());
      await send({ passkey }).catch((error: unknown) => {
        throw passkeyFailure(error);
      });
    },
  });
  return (
    <FormDialog {...dialog} size="sm" form={form}>
      <p className="flex items-start gap-2.5 text-ink-2">
        <KeyRound aria-hidden className="mt-0.5 size-4 shrink-0" />
        Your browser asks for it: by fingerprint, face or PIN, or by a security key.
      </p>
      {children}
    </FormDialog>
  );
}
