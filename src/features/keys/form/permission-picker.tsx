"use client";

import { useId } from "react";
import type { Control } from "react-hook-form";
import { FieldError } from "@/components/field";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import {
  PERMISSION_DETAILS,
  PERMISSION_PRESETS,
  PERMISSIONS,
  type Permission,
} from "@/contracts/permissions";
import { cn } from "@/lib/cn";
import { useField } from "@/lib/use-zod-form";
import { groupByResource, includedBy, permissionLabel } from "../permission-groups";
import type { KeyFormValues } from "./key-form-values";

const GROUPS = groupByResource(PERMISSIONS);

/** The catalogue to tick from, grouped by resource, with starting points. */
export function PermissionPicker({ control }: { control: Control<KeyFormValues> }) {
  const errorId = useId();
  const field = useField<KeyFormValues, Permission[]>({ control, name: "permissions" });
  const { value: chosen, onChange, ref, error } = field;
  // In the order of the catalogue, whatever the order of ticking: the same set always reads the same.
  const toggle = (permission: Permission, on: boolean) =>
    onChange(PERMISSIONS.filter((other) => (other === permission ? on : chosen.includes(other))));
  return (
    <fieldset
      ref={(fieldset) => ref(fieldset?.querySelector("[role=checkbox]"))}
      aria-describedby={error ? errorId : undefined}
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <legend className="contents font-medium text-sm">
          <span>Permissions</span>
        </legend>
        <Presets onChoose={onChange} />
      </div>
      {error && (
        <div className="mt-1.5">
          <FieldError id={errorId}>{error}</FieldError>
        </div>
      )}
      <div className="mt-2 divide-y rounded-lg border">
        {GROUPS.map((group) => (
          <div key={group.resource} className="grid gap-x-4 gap-y-1 px-3 py-2.5 sm:grid-cols-[96px_1fr]">
            <p className="text-ink-3 text-sm">{group.resource}</p>
            <div className="space-y-2">
              {group.permissions.map((permission) => (
                <PermissionRow
                  key={permission}
                  permission={permission}
                  chosen={chosen}
                  onToggle={(on) => toggle(permission, on)}
                  invalid={Boolean(error)}
                />
              ))}
            </div>
          </div>
        ))}
      </div>
    </fieldset>
  );
}

function Presets({ onChoose }: { onChoose: (permissions: Permission[]) => void }) {
  return (
    <div className="flex flex-wrap gap-1.5">
      {Object.values(PERMISSION_PRESETS).map((preset) => (
        <Button key={preset.label} size="sm" onClick={() => onChoose([...preset.permissions])}>
          {preset.label}
        </Button>
      ))}
    </div>
  );
}

interface PermissionRowProps {
  permission: Permission;
  chosen: readonly Permission[];
  onToggle: (on: boolean) => void;
  invalid: boolean;
}

function PermissionRow({ permission, chosen, onToggle, invalid }: PermissionRowProps) {
  const id = useId();
  const { label, description } = PERMISSION_DETAILS[permission];
  const includer = includedBy(permission, chosen);
  return (
    <div className="flex items-start gap-2.5">
      <Checkbox
        id={id}
        checked={includer !== null || chosen.includes(permission)}
        disabled={includer !== null}
        onCheckedChange={(on) => onToggle(on === true)}
        aria-describedby={`${id}-text`}
        aria-invalid={invalid || undefined}
        className="mt-0.5"
      />
      <div className="min-w-0 text-sm">
        <label htmlFor={id} className={cn("font-medium", includer && "text-ink-2")}>
          {label}
        </label>
        <p id={`${id}-text`} className="text-ink-2 text-xs">
          {description}
          {includer && (
            <span className="ml-1 whitespace-nowrap text-accent">
              Included in {permissionLabel(includer)}.
            </span>
          )}
        </p>
      </div>
    </div>
  );
}
