"use client";

import { useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { FormDialog } from "@/components/form-dialog";
import { Note } from "@/components/note";
import { toast } from "@/components/ui/toast";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import { type KeyView, rateLimitsSchema } from "@/contracts/keys";
import { grants, type Permission } from "@/contracts/permissions";
import { describeError } from "@/lib/errors";
import { useDebounced } from "@/lib/use-debounced";
import { listOf } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { isCataloged } from "../permission-groups";
import { LimitReplayText, PermissionReplayText } from "../replay-text";
import { KeyFormFields } from "./key-form-fields";
import { updateIssues } from "./key-form-issues";
import { changesOf, type KeyFormValues, toRateLimits, valuesOfKey } from "./key-form-values";
import { useKeyForm } from "./use-key-form";

interface EditKeyDialogProps {
  /** The key as it was when editing began; later answers of the server do not overwrite what is being typed. */
  apiKey: KeyView;
  onClose: () => void;
}

/** The form for an existing key. Sends only what was changed. */
export function EditKeyDialog({ apiKey, onClose }: EditKeyDialogProps) {
  const [initial] = useState(() => valuesOfKey(apiKey));
  const form = useKeyForm(() => initial);
  const update = trpc.keys.update.useMutation();
  const refresh = useRefresh("keys");

  const submit = async () => {
    update.reset();
    const now = new Date();
    const changes = changesOf(initial, form.values, now);
    if (Object.keys(changes).length === 0) return onClose();
    const input = { id: apiKey.id, ...changes };
    const issues = updateIssues(input, now);
    form.refuse(issues);
    if (issues.length > 0) return;
    try {
      const updated = await update.mutateAsync(input);
      refresh();
      toast({ text: `Saved “${updated.name}”. It applies from the next call on.` });
      onClose();
    } catch (error) {
      form.refuse(describeError(error).fields);
    }
  };
  return (
    <FormDialog
      size="lg"
      title={`Edit ${apiKey.name}`}
      description={`${ENVIRONMENT_DETAILS[apiKey.environment].label} key. Changes apply from the next call on.`}
      formRef={form.formRef}
      dirty={form.dirty}
      pending={update.isPending}
      error={form.failure ?? update.error}
      submitLabel="Save changes"
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <DroppedPermissions permissions={apiKey.permissions} />
      <KeyFormFields
        form={form}
        environmentFixed
        permissionsReplay={<PermissionsReplay apiKey={apiKey} permissions={form.values.permissions} />}
        limitsReplay={<LimitsReplay apiKey={apiKey} texts={form.values.rateLimits} />}
      />
    </FormDialog>
  );
}

function DroppedPermissions({ permissions }: { permissions: readonly string[] }) {
  const dropped = permissions.filter((permission) => !isCataloged(permission));
  if (dropped.length === 0) return null;
  return (
    <Note>
      The catalogue no longer has {listOf(dropped)}, which grants nothing. Changing the permissions here
      removes it from the key.
    </Note>
  );
}

const SETTLE_MS = 400;

/** What taking permissions away would have done to past calls. Absent while nothing is taken away. */
function PermissionsReplay({ apiKey, permissions }: { apiKey: KeyView; permissions: Permission[] }) {
  const chosen = useDebounced(permissions, SETTLE_MS);
  const loses = apiKey.permissions.filter(isCataloged).some((one) => !grants(chosen, one));
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
function LimitsReplay({ apiKey, texts }: { apiKey: KeyView; texts: KeyFormValues["rateLimits"] }) {
  const settled = useDebounced(texts, SETTLE_MS);
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
