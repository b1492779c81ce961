"use client";

import { type ComponentProps, useState } from "react";
import { useWatch } from "react-hook-form";
import type { z } from "zod";
import { FormDialog } from "@/components/form-dialog";
import { useSession } from "@/components/session-context";
import { toast } from "@/components/ui/toast";
import type { Environment } from "@/contracts/environments";
import { approvalNeeded } from "@/contracts/key-policies";
import type { RevealedKey } from "@/contracts/keys";
import { grants } from "@/contracts/permissions";
import { describeError } from "@/lib/errors";
import { useReturnFocus } from "@/lib/use-return-focus";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { ApprovalNote } from "../approvals/approval-note";
import { approvalTaken, useAskApproval } from "../approvals/use-ask-approval";
import { isFullAccess } from "../permission-groups";
import { RevealKey } from "../reveal-key";
import { KeyFormFields } from "./key-form-fields";
import { newKeySchema, newKeyValues, toCreateInput } from "./key-form-values";
import { useKeyRules } from "./key-policy";
import { SecondLook } from "./second-look";

interface CreateKeyProps {
  /** What the form starts with; null: nothing, and whoever creates the key chooses. */
  environment: Environment | null;
  onClose: () => void;
}

/**
 * Creating a key from the form to the moment its secret is stored. The secret lives in this component's state and
 * nowhere else: not in the query cache, not in the URL, not in storage.
 */
export function CreateKey({ environment, onClose }: CreateKeyProps) {
  const [revealed, setRevealed] = useState<RevealedKey | null>(null);
  // Over both dialogs: the second finds nothing focused.
  useReturnFocus(true);
  if (!revealed)
    return <CreateKeyDialog environment={environment} onCreated={setRevealed} onClose={onClose} />;
  const onStored = () => {
    toast({ text: `Created “${revealed.key.name}”.` });
    onClose();
  };
  return <RevealKey revealed={revealed} onStored={onStored} />;
}

interface CreateKeyDialogProps {
  /** The one that the list shows, which the form starts with; null where it shows all. */
  environment: Environment | null;
  onCreated: (created: RevealedKey) => void;
  onClose: () => void;
}

/** The form for a new key, and the second look where a mistake would be dear. */
function CreateKeyDialog({ environment, onCreated, onClose }: CreateKeyDialogProps) {
  const [looked, setLooked] = useState<ComponentProps<typeof SecondLook>["values"] | null>(null);
  const ask = useAskApproval();
  const { policies } = trpc.useUtils();
  const create = trpc.keys.create.useMutation();
  const refresh = useRefresh("keys");
  const form = useZodForm({
    defaultValues: newKeyValues(environment, useSession().admin.email),
    schema: newKeySchema,
    toInput: (values) => toCreateInput(values, new Date()),
    async send(input, values) {
      if (!looked && needsSecondLook(input)) return setLooked({ ...values, environment: input.environment });
      try {
        if (needed.length > 0) {
          await ask.mutateAsync({ kind: "create", input });
          return onClose();
        }
        const created = await create.mutateAsync(input);
        // The answer carries the secret: with no observer left and a gcTime of 0, the cache drops it now.
        create.reset();
        refresh();
        onCreated(created);
      } catch (error) {
        // The policy has changed since the form was opened: it offers then what the server lets through.
        if (approvalTaken(error) || needed.length > 0) void policies.invalidate();
        if (describeError(error).fields.length > 0) setLooked(null);
        throw error;
      }
    },
  });
  const [chosen, permissions, managesKeys, grantsKeyManagement] = useWatch({
    control: form.control,
    name: ["environment", "permissions", "managesKeys", "grantsKeyManagement"],
  });
  const rules = useKeyRules(chosen);
  // Of a new key nobody has approved anything.
  const needed = rules
    ? approvalNeeded(rules, null, { permissions, managesKeys, grantsKeyManagement }, [])
    : [];
  return (
    <FormDialog
      size="lg"
      title="Create API Key"
      form={form}
      submitLabel={needed.length > 0 ? "Ask for approval" : "Create key"}
      onBack={looked ? () => setLooked(null) : undefined}
      onClose={onClose}
    >
      {/* Stays behind the second look, with all that was typed and searched for. */}
      <div hidden={looked !== null}>
        <KeyFormFields form={form} apiKey={null} />
      </div>
      {looked && <SecondLook values={looked} />}
      <ApprovalNote needed={needed} />
    </FormDialog>
  );
}

/** Where a key that nobody meant to make like this would hurt. */
function needsSecondLook({ environment, permissions }: z.output<typeof newKeySchema>): boolean {
  return environment === "production" || isFullAccess(permissions) || grants(permissions, "keys:manage");
}
