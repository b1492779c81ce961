"use client";

import { type ReactNode, useState } from "react";
import { CodeField } from "@/components/code-field";
import { FormDialog } from "@/components/form-dialog";
import { TextField } from "@/components/form-fields";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogFooter } from "@/components/ui/dialog";
import { type ConfirmationWay, passwordInput } from "@/contracts/confirmation";
import { secondFactorCodeInput } from "@/contracts/second-factor";
import { load } from "@/lib/sign-in";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { type AskedConfirmation, useAskedConfirmation } from "@/trpc/confirmation";

/** The one dialog that asks whoever sits here to confirm that it is them, before what takes a fresh factor. */
export function ConfirmIdentity() {
  const asked = useAskedConfirmation();
  return asked && <ConfirmIdentityDialog asked={asked} />;
}

const HEADING = {
  title: "Confirm it is you",
  description: "This change asks for it, as you signed in more than ten minutes ago.",
};

/** What leads to the other ways. */
const OTHERWISE: Record<ConfirmationWay, string> = {
  password: "Use your password",
  code: "Use a code",
};

function ConfirmIdentityDialog({ asked: { ways, settle } }: { asked: AskedConfirmation }) {
  const [way, setWay] = useState(ways[0]);
  const others = ways.filter((one) => one !== way);
  const parts = {
    onDone: () => settle(true),
    onClose: () => settle(false),
    otherWays: others.map((one) => (
      <Button key={one} variant="ghost" size="sm" className="-ml-2.5" onClick={() => setWay(one)}>
        {OTHERWISE[one]}
      </Button>
    )),
  };
  if (way === "password") return <PasswordDialog {...parts} />;
  if (way === "code") return <CodeDialog {...parts} />;
  return <SignInAgainDialog onClose={parts.onClose} />;
}

interface WayDialogProps {
  onDone: () => void;
  onClose: () => void;
  otherWays: ReactNode;
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
  const form = useZodForm({
    defaultValues: { code: "" },
    schema: secondFactorCodeInput,
    toInput: (values) => values,
    async send(input) {
      await confirm.mutateAsync(input);
      onDone();
    },
  });
  return (
    <FormDialog {...HEADING} size="sm" form={form} submitLabel="Confirm" onClose={onClose}>
      <CodeField control={form.control} name="code" kind="any" />
      {otherWays}
    </FormDialog>
  );
}

/** For somebody with neither: what else they sign in with is fresh once they have done so. */
function SignInAgainDialog({ onClose }: { onClose: () => void }) {
  const here = () => `${window.location.pathname}${window.location.search}`;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent {...HEADING} size="sm">
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
