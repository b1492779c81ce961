"use client";

import { useState } from "react";
import { type Control, useWatch } from "react-hook-form";
import { ErrorNotice } from "@/components/error-notice";
import { FormDialog } from "@/components/form-dialog";
import { Note } from "@/components/note";
import { toast } from "@/components/ui/toast";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import type { KeyView } from "@/contracts/keys";
import { grants, isPermission } from "@/contracts/permissions";
import { rateLimitsSchema } from "@/contracts/schemas/keys";
import { useDebounced } from "@/lib/use-debounced";
import { useZodForm } from "@/lib/use-zod-form";
import { listOf } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { ApprovalTakenNote } from "../approvals/approval-note";
import { approvalTaken, useAskApproval } from "../approvals/use-ask-approval";
import { useOwnPermissions } from "../own-permissions";
import { isDropped } from "../permission-groups";
import { LimitReplayText, PermissionReplayText } from "../replay-text";
import { KeyFormFields } from "./key-form-fields";
import {
  changedKeySchema,
  changesOf,
  type KeyFormValues,
  toRateLimits,
  valuesOfKey,
} from "./key-form-values";

interface EditKeyDialogProps {
  /** The key as it was when editing began; later answers of the server do not overwrite what is being typed. */
  apiKey: KeyView;
  onClose: () => void;
}

/** The form for an existing key. Sends only what was changed. */
export function EditKeyDialog({ apiKey, onClose }: EditKeyDialogProps) {
  const [initial] = useState(() => valuesOfKey(apiKey));
  const [refused, setRefused] = useState<Refused | null>(null);
  const ask = useAskApproval();
  const update = trpc.keys.update.useMutation();
  const refresh = useRefresh("keys");
  const form = useZodForm({
    defaultValues: initial,
    schema: changedKeySchema,
    toInput: (values) => ({ id: apiKey.id, ...changesOf(initial, values, new Date()) }),
    async send({ id, ...changes }, values) {
      if (Object.keys(changes).length === 0) return onClose();
      if (isAsIn(refused, values)) {
        // Refused where it takes nobody any more: the next press saves it.
        setRefused(null);
        await ask.mutateAsync({ kind: "update", input: { id, ...changes } });
        return onClose();
      }
      const updated = await update.mutateAsync({ id, ...changes }).catch((error: unknown) => {
        const rule = approvalTaken(error);
        if (!rule) throw error;
        setRefused({ rule, values: JSON.stringify(values) });
      });
      if (!updated) return;
      refresh();
      toast({ text: `Saved “${updated.name}”. It applies from the next call on.` });
      onClose();
    },
  });
  useWatch({ control: form.control });
  const taken = isAsIn(refused, form.getValues()) ? refused : null;
  return (
    <FormDialog
      size="lg"
      title={`Edit ${apiKey.name}`}
      description={`${ENVIRONMENT_DETAILS[apiKey.environment].label} key. Changes apply from the next call on.`}
      form={form}
      submitLabel={taken ? "Ask for approval" : "Save changes"}
      onClose={onClose}
    >
      <DroppedPermissions permissions={apiKey.permissions} />
      <KeyFormFields
        form={form}
        apiKey={apiKey}
        permissionsReplay={<PermissionsReplay apiKey={apiKey} control={form.control} />}
        limitsReplay={<LimitsReplay apiKey={apiKey} control={form.control} />}
      />
      {taken && <ApprovalTakenNote rule={taken.rule} />}
    </FormDialog>
  );
}

/** What the server has answered that a second person has to approve. */
interface Refused {
  rule: string;
  /** Of the form when it was sent: whatever was changed since has to be tried first. */
  values: string;
}

function isAsIn(refused: Refused | null, values: KeyFormValues): boolean {
  return refused?.values === JSON.stringify(values);
}

function DroppedPermissions({ permissions }: { permissions: readonly string[] }) {
  const own = useOwnPermissions();
  const dropped = permissions.filter((permission) => isDropped(permission, own));
  if (dropped.length === 0) return null;
  return (
    <Note>
      Neither the catalogue nor Settings has {listOf(dropped)}, which grants nothing. Changing the permissions
      here removes it from the key.
    </Note>
  );
}

const SETTLE_MS = 400;

interface ReplayProps {
  apiKey: KeyView;
  control: Control<KeyFormValues>;
}

/** What taking permissions away would have done to past calls. Absent while nothing is taken away. */
function PermissionsReplay({ apiKey, control }: ReplayProps) {
  const chosen = useDebounced(useWatch({ control, name: "permissions" }), SETTLE_MS);
  const loses = apiKey.permissions.filter(isPermission).some((one) => !grants(chosen, one));
  const replay = trpc.usage.replayPermissions.useQuery(
    { id: apiKey.id, permissions: chosen },
    { enabled: loses && chosen.length > 0, placeholderData: (before) => before },
  );
  if (!loses || chosen.length === 0) return null;
  return (
    <div aria-live="polite" className="mt-3 min-h-9">
      {replay.error && <ErrorNotice error={replay.error} onRetry={() => void replay.refetch()} />}
      {replay.data && <PermissionReplayText value={replay.data} />}
    </div>
  );
}

/** What other limits would have done to past calls. Absent while they are the key's own. */
function LimitsReplay({ apiKey, control }: ReplayProps) {
  const settled = useDebounced(useWatch({ control, name: "rateLimits" }), SETTLE_MS);
  const limits = rateLimitsSchema.safeParse(toRateLimits(settled));
  const differs = limits.success && JSON.stringify(limits.data) !== JSON.stringify(apiKey.rateLimits);
  const replay = trpc.usage.replayLimits.useQuery(
    { id: apiKey.id, rateLimits: limits.data ?? apiKey.rateLimits },
    { enabled: differs, placeholderData: (before) => before },
  );
  if (!differs) return null;
  return (
    <div aria-live="polite" className="mt-3 min-h-9">
      {replay.error && <ErrorNotice error={replay.error} onRetry={() => void replay.refetch()} />}
      {replay.data && <LimitReplayText value={replay.data} />}
    </div>
  );
}
