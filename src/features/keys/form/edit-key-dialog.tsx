"use client";

import { useState } from "react";
import { FormDialog } from "@/components/form-dialog";
import { Note } from "@/components/note";
import { useToast } from "@/components/ui/toast";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import type { KeyView } from "@/contracts/keys";
import { listOf } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { isCatalogued } from "../permission-groups";
import { useRefreshKeys } from "../use-refresh-keys";
import { LimitsReplay, PermissionsReplay } from "./form-replays";
import { KeyFormFields } from "./key-form-fields";
import { updateIssues } from "./key-form-issues";
import { changesOf, valuesOfKey } from "./key-form-values";
import { issuesOfError, useKeyForm } from "./use-key-form";

interface EditKeyDialogProps {
  /** The key as it was when editing began; later answers of the server do not overwrite what is being typed. */
  value: KeyView;
  onClose: () => void;
}

/** The form for an existing key. Sends only what was changed. */
export function EditKeyDialog({ value, onClose }: EditKeyDialogProps) {
  const [initial] = useState(() => valuesOfKey(value));
  const form = useKeyForm(() => initial);
  const update = trpc.keys.update.useMutation();
  const refresh = useRefreshKeys();
  const { toast } = useToast();

  const submit = async () => {
    update.reset();
    const now = new Date();
    const changes = changesOf(initial, form.values, now);
    if (Object.keys(changes).length === 0) return onClose();
    const input = { id: value.id, ...changes };
    const issues = updateIssues(input, now);
    if (issues.length > 0) {
      form.refuse(issues);
      return;
    }
    try {
      const updated = await update.mutateAsync(input);
      refresh();
      toast({ text: `Saved “${updated.name}”. It applies from the next call on.` });
      onClose();
    } catch (error) {
      form.refuse(issuesOfError(error));
    }
  };
  return (
    <FormDialog
      size="lg"
      title={`Edit ${value.name}`}
      description={`${ENVIRONMENT_DETAILS[value.environment].label} key. Changes apply from the next call on.`}
      formRef={form.formRef}
      dirty={form.dirty}
      pending={update.isPending}
      error={update.error}
      submitLabel="Save changes"
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <DroppedPermissions permissions={value.permissions} />
      <KeyFormFields
        form={form}
        environmentFixed
        permissionsReplay={<PermissionsReplay value={value} permissions={form.values.permissions} />}
        limitsReplay={<LimitsReplay value={value} texts={form.values.rateLimits} />}
      />
    </FormDialog>
  );
}

function DroppedPermissions({ permissions }: { permissions: readonly string[] }) {
  const dropped = permissions.filter((permission) => !isCatalogued(permission));
  if (dropped.length === 0) return null;
  return (
    <Note>
      The catalogue no longer has {listOf(dropped)}, which grants nothing. Changing the permissions here
      removes it from the key.
    </Note>
  );
}
