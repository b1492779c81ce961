"use client";

import { type ReactNode, useState } from "react";
import { CodeFormDialog } from "@/components/code-form-dialog";
import { FormDialog } from "@/components/form-dialog";
import { TextField } from "@/components/form-fields";
import { PasskeyFormDialog } from "@/components/passkey-form-dialog";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogFooter } from "@/components/ui/dialog";
import type { ConfirmationWay } from "@/contracts/confirmation";
import { passwordInput } from "@/contracts/schemas/confirmation";
import { load } from "@/lib/sign-in";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import type { AskedConfirmation } from "@/trpc/confirmation";

const HEADING = {
  title: "Confirm it is you",
  description: "This change asks for it, as you last did so more than ten minutes ago.",
};

/** What the server takes as a confirmation, and beside it a new sign-in, which everybody has some way to. */
type Way = ConfirmationWay | "sign_in";

/** What leads to the other ways. */
const OTHERWISE: Record<Way, string> = {
  passkey: "Use a passkey",
  password: "Use your password",
  code: "Use a code",
  sign_in: "Sign in again",
};

/** Asks for the first way that somebody has, and offers the others. */
export function ConfirmIdentityDialog({ asked: { ways, settle } }: { asked: AskedConfirmation }) {
  const all: readonly Way[] = [...ways, "sign_in"];
  const [way, setWay] = useState(all[0]);
  const parts = {
    onDone: () => settle(true),
    onClose: () => settle(false),
    otherWays: (
      <div className="-mx-2.5 flex flex-wrap gap-x-1">
        {all
          .filter((one) => one !== way)
          .map((one) => (
            <Button key={one} variant="ghost" size="sm" onClick={() => setWay(one)}>
              {OTHERWISE[one]}
            </Button>
          ))}
      </div>
    ),
  };
  if (way === "passkey") return <PasskeyDialog {...parts} />;
  if (way === "password") return <PasswordDialog {...parts} />;
  if (way === "code") return <CodeDialog {...parts} />;
  return <SignInAgainDialog {...parts} />;
}

interface WayDialogProps {
  onDone: () => void;
  onClose: () => void;
  otherWays: ReactNode;
}

function PasskeyDialog({ onDone, onClose, otherWays }: WayDialogProps) {
  const ask = trpc.passkeys.ask.useMutation();
  const confirm = trpc.profile.confirmIdentity.useMutation();
  return (
    <PasskeyFormDialog
      {...HEADING}
      submitLabel="Use a passkey"
      ask={() => ask.mutateAsync()}
      send={async (input) => {
        await confirm.mutateAsync(input);
        onDone();
      }}
      onClose={onClose}
    >
      {otherWays}
    </PasskeyFormDialog>
  );
}

function PasswordDialog({ onDone, onClose, otherWays }: WayDialogProps) {
  const confirm = trpc.profile.confirmIdentity.useMutation();
  const form = useZodForm({
    defaultValues: { password: "" },
    schema: passwordInput,
    toInput: (values) => values,
    async send(input) {
      await confirm.mutateAsync(input);
      onDone();
    },
  });
  return (
    <FormDialog {...HEADING} size="sm" form={form} submitLabel="Confirm" onClose={onClose}>
      <TextField
        control={form.control}
        name="password"
        label="Password"
        type="password"
        autoComplete="current-password"
      />
      {otherWays}
    </FormDialog>
  );
}

function CodeDialog({ onDone, onClose, otherWays }: WayDialogProps) {
  const confirm = trpc.profile.confirmIdentity.useMutation();
  return (
    <CodeFormDialog
      {...HEADING}
      submitLabel="Confirm"
      kind="any"
      onClose={onClose}
      send={async (input) => {
        await confirm.mutateAsync(input);
        onDone();
      }}
    >
      {otherWays}
    </CodeFormDialog>
  );
}

/** For whoever has nothing else, or not at hand: a new sign-in is as good. By a provider it counts from when that says it was shown. */
function SignInAgainDialog({ onClose, otherWays }: WayDialogProps) {
  const here = () => `${window.location.pathname}${window.location.search}`;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent {...HEADING} size="sm">
        <div className="mt-4 space-y-4">
          <p>
            You come back to this page and make the change once more: what is typed here and not saved is
            lost.
          </p>
          {otherWays}
        </div>
        <DialogFooter>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            onClick={() => void load(`/sign-in?callbackUrl=${encodeURIComponent(here())}`)}
          >
            Sign in again
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
