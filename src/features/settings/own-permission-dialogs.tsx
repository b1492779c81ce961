"use client";

import { useId } from "react";
import type { Control } from "react-hook-form";
import { DeleteDialog } from "@/components/delete-dialog";
import { FormDialog } from "@/components/form-dialog";
import { TextField } from "@/components/form-fields";
import { Checkbox } from "@/components/ui/checkbox";
import { toast } from "@/components/ui/toast";
import type { OwnPermission } from "@/contracts/permissions";
import { definePermissionSchema, updatePermissionSchema } from "@/contracts/schemas/permissions";
import { useField, useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";

/** What is asked for: a new permission, or something about one. */
export type AskedPermissionDialog =
  | { what: "define" }
  | { what: "edit" | "delete"; permission: OwnPermission };

interface OwnPermissionDialogsProps {
  asked: AskedPermissionDialog;
  all: readonly OwnPermission[];
  onClose: () => void;
}

/** The dialog that is open. */
export function OwnPermissionDialogs({ asked, all, onClose }: OwnPermissionDialogsProps) {
  switch (asked.what) {
    case "define":
      return <DefineDialog all={all} onClose={onClose} />;
    case "edit":
      return <EditDialog permission={asked.permission} all={all} onClose={onClose} />;
    default:
      return <DeletePermissionDialog permission={asked.permission} onClose={onClose} />;
  }
}

interface PermissionValues {
  name: string;
  label: string;
  description: string;
  implies: string[];
}

const EMPTY: PermissionValues = { name: "", label: "", description: "", implies: [] };

function DefineDialog({ all, onClose }: Pick<OwnPermissionDialogsProps, "all" | "onClose">) {
  const define = trpc.permissions.define.useMutation();
  const refresh = useRefresh("permissions");
  const form = useZodForm({
    defaultValues: EMPTY,
    schema: definePermissionSchema,
    toInput: ({ name, ...values }) => ({ name: name.trim(), ...values }),
    async send(input) {
      const permission = await define.mutateAsync(input);
      refresh();
      toast({ text: `Defined ${permission.name}. Keys can be given it now.` });
      onClose();
    },
  });
  return (
    <FormDialog
      title="Define a permission"
      description="Its name is what your services ask for, and cannot be changed later."
      size="sm"
      form={form}
      submitLabel="Define permission"
      onClose={onClose}
    >
      <TextField
        control={form.control}
        name="name"
        label="Name"
        placeholder="orders:read"
        hint="What it is about, and what may be done: small letters, digits and dashes around a colon."
        mono
        spellCheck={false}
        autoCapitalize="off"
      />
      <Words control={form.control} />
      <IncludesField control={form.control} of={all} />
    </FormDialog>
  );
}

function EditDialog({
  permission,
  all,
  onClose,
}: Pick<OwnPermissionDialogsProps, "all" | "onClose"> & { permission: OwnPermission }) {
  const update = trpc.permissions.update.useMutation();
  const refresh = useRefresh("permissions");
  const form = useZodForm<PermissionValues, typeof updatePermissionSchema>({
    defaultValues: { ...permission, implies: [...permission.implies] },
    schema: updatePermissionSchema,
    toInput: (values) => ({ ...values }),
    async send(input) {
      await update.mutateAsync(input);
      refresh();
      toast({ text: `Saved ${permission.name}. It applies from the next call on.` });
      onClose();
    },
  });
  return (
    <FormDialog
      title={`Edit ${permission.name}`}
      description="What it includes holds for every key that has it, from the next call on."
      size="sm"
      form={form}
      submitLabel="Save changes"
      onClose={onClose}
    >
      <Words control={form.control} />
      <IncludesField control={form.control} of={all.filter(({ name }) => name !== permission.name)} />
    </FormDialog>
  );
}

function Words({ control }: { control: Control<PermissionValues> }) {
  return (
    <>
      <TextField control={control} name="label" label="Label" placeholder="Order Read" maxLength={60} />
      <TextField
        control={control}
        name="description"
        label="Description"
        optional
        placeholder="List and get orders."
        maxLength={200}
      />
    </>
  );
}

/** Which of the others come with it. Nothing where there are no others. */
function IncludesField({
  control,
  of,
}: {
  control: Control<PermissionValues>;
  of: readonly OwnPermission[];
}) {
  const id = useId();
  const { value, onChange, ref } = useField<PermissionValues, string[]>({ control, name: "implies" });
  if (of.length === 0) return null;
  const toggle = (name: string, on: boolean) =>
    onChange(on ? [...value, name] : value.filter((one) => one !== name));
  return (
    <fieldset ref={(fieldset) => ref(fieldset?.querySelector<HTMLElement>("[role=checkbox]"))}>
      <legend className="font-medium text-sm">Includes</legend>
      <div className="mt-2 grid gap-x-6 gap-y-2 sm:grid-cols-2">
        {of.map(({ name, label }) => (
          <div key={name} className="flex items-center gap-2.5 text-sm">
            <Checkbox
              id={`${id}-${name}`}
              checked={value.includes(name)}
              onCheckedChange={(on) => toggle(name, on === true)}
            />
            <label htmlFor={`${id}-${name}`}>{label}</label>
          </div>
        ))}
      </div>
    </fieldset>
  );
}

function DeletePermissionDialog({
  permission: { name },
  onClose,
}: {
  permission: OwnPermission;
  onClose: () => void;
}) {
  const refresh = useRefresh("permissions");
  const remove = trpc.permissions.delete.useMutation({ onSettled: refresh });
  return (
    <DeleteDialog
      title={`Delete ${name}?`}
      mutation={remove}
      input={{ name }}
      done={`Deleted ${name}.`}
      onClose={onClose}
    >
      <p>
        Services that ask for it refuse every key from then on. It can be deleted once no key holds it, and no
        other permission includes it.
      </p>
    </DeleteDialog>
  );
}
