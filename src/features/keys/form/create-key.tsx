"use client";

import { type FormEvent, useState } from "react";
import { FormFooter } from "@/components/form-footer";
import { Button } from "@/components/ui/button";
import { DIALOG_COLUMN, Dialog, DialogBody, DialogContent } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import type { Environment } from "@/contracts/environments";
import type { RevealedKey } from "@/contracts/keys";
import { confirmDismissProps } from "@/lib/confirm-dismiss";
import { describeError } from "@/lib/errors";
import { useReturnFocus } from "@/lib/use-return-focus";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { isFullAccess } from "../permission-groups";
import { RevealKey } from "../reveal-key";
import { KeyFormFields } from "./key-form-fields";
import { createIssues } from "./key-form-issues";
import { type KeyFormValues, newKeyValues, toCreateInput } from "./key-form-values";
import { SecondLook } from "./second-look";
import { useKeyForm } from "./use-key-form";

interface CreateKeyProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** What the form starts with; null: nothing, and whoever creates the key chooses. */
  environment: Environment | null;
}

/**
 * Creating a key from the form to the moment its secret is stored. The secret lives in this component's state and
 * nowhere else: not in the query cache, not in the URL, not in storage.
 */
export function CreateKey({ open, onOpenChange, environment }: CreateKeyProps) {
  const [revealed, setRevealed] = useState<RevealedKey | null>(null);
  // Over both dialogs: the second finds nothing focused.
  useReturnFocus(open || revealed !== null);
  if (revealed) {
    const onStored = () => {
      setRevealed(null);
      toast({ text: `Created “${revealed.key.name}”.` });
    };
    return <RevealKey revealed={revealed} onStored={onStored} />;
  }
  if (!open) return null;
  const onCreated = (created: RevealedKey) => {
    setRevealed(created);
    onOpenChange(false);
  };
  return (
    <CreateKeyDialog environment={environment} onCreated={onCreated} onClose={() => onOpenChange(false)} />
  );
}

interface CreateKeyDialogProps {
  /** The one that the list shows, which the form starts with; null where it shows all. */
  environment: Environment | null;
  onCreated: (created: RevealedKey) => void;
  onClose: () => void;
}

/** The form for a new key, and the second look where a mistake would be dear. */
function CreateKeyDialog({ environment, onCreated, onClose }: CreateKeyDialogProps) {
  const form = useKeyForm(() => newKeyValues(environment));
  const [step, setStep] = useState<"form" | "second look">("form");
  const { environment: chosen } = form.values;
  const create = trpc.keys.create.useMutation({ gcTime: 0 });
  const refresh = useRefresh("keys");

  const send = async () => {
    if (!chosen) return;
    try {
      const created = await create.mutateAsync({
        ...toCreateInput(form.values, new Date()),
        environment: chosen,
      });
      // The answer carries the secret: with no observer left and a gcTime of 0, the cache drops it now.
      create.reset();
      refresh();
      onCreated(created);
    } catch (error) {
      const issues = describeError(error).fields;
      if (issues.length > 0) setStep("form");
      form.refuse(issues);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (create.isPending) return;
    create.reset();
    const now = new Date();
    const issues = createIssues({ ...toCreateInput(form.values, now), environment: chosen }, now);
    form.refuse(issues);
    if (issues.length > 0) return;
    if (needsSecondLook(form.values)) setStep("second look");
    else void send();
  };
  return (
    <Dialog open onOpenChange={(open) => !open && !create.isPending && onClose()}>
      <DialogContent size="lg" title="Create API Key" fixedFooter {...confirmDismissProps(form.dirty)}>
        {step === "form" || !chosen ? (
          <form ref={form.formRef} onSubmit={submit} noValidate className={DIALOG_COLUMN}>
            <DialogBody>
              <KeyFormFields form={form} />
            </DialogBody>
            <FormFooter error={form.failure ?? create.error}>
              <Button onClick={onClose} aria-disabled={create.isPending}>
                Cancel
              </Button>
              <Button type="submit" variant="primary" pending={create.isPending}>
                Create key
              </Button>
            </FormFooter>
          </form>
        ) : (
          <>
            <DialogBody>
              <SecondLook values={{ ...form.values, environment: chosen }} />
            </DialogBody>
            <FormFooter error={form.failure ?? create.error}>
              <Button onClick={() => setStep("form")} aria-disabled={create.isPending}>
                Back
              </Button>
              <Button variant="primary" pending={create.isPending} onClick={() => void send()}>
                Create key
              </Button>
            </FormFooter>
          </>
        )}
      </DialogContent>
    </Dialog>
  );
}

/** Where a key that nobody meant to make like this would hurt. */
function needsSecondLook(values: KeyFormValues): boolean {
  return values.environment === "production" || isFullAccess(values.permissions);
}
