"use client";

import { useId } from "react";
import type { Control } from "react-hook-form";
import { FieldError } from "@/components/field";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import type { Environment } from "@/contracts/environments";
import { rulesAgainst } from "@/contracts/key-policies";
import { isPermission, type OwnPermission, PERMISSION_PRESETS } from "@/contracts/permissions";
import type { KeyPolicyRules } from "@/contracts/schemas/key-policies";
import { cn } from "@/lib/cn";
import { useField } from "@/lib/use-zod-form";
import { useOwnPermissions } from "../own-permissions";
import {
  groupByResource,
  includedBy,
  isDropped,
  offered,
  permissionDescription,
  permissionLabel,
} from "../permission-groups";
import type { KeyFormValues } from "./key-form-values";

interface PermissionPickerProps {
  control: Control<KeyFormValues>;
  environment: Environment | null;
  /** The policy of that environment, where it is known. */
  rules: KeyPolicyRules | null;
  /** What the key has now: that may break the policy, and can be taken away only. */
  held: readonly string[];
}

/** The catalogue, and what was defined here, to tick from, grouped by resource, with starting points. What the policy does not grant is not offered. */
export function PermissionPicker({ control, environment, rules, held }: PermissionPickerProps) {
  const errorId = useId();
  const own = useOwnPermissions();
  const field = useField<KeyFormValues, string[]>({ control, name: "permissions" });
  const { value: chosen, onChange, ref, error } = field;
  const against = (permissions: readonly string[]) =>
    environment && rules ? rulesAgainst(environment, rules, permissions) : [];
  const refusalOf = (permission: string) => against([permission])[0] ?? null;
  const broken = against(chosen).filter((rule) => !against(held).includes(rule));
  // In the order in which they stand, whatever the order of ticking: the same set always reads the same. What nobody knows any
  // more goes with the first change; what is not known yet stays.
  const arranged = (permissions: readonly string[]) => [
    ...offered(own).filter((one) => permissions.includes(one)),
    ...permissions.filter((one) => !offered(own).includes(one) && !isDropped(one, own)),
  ];
  const toggle = (permission: string, on: boolean) =>
    onChange(arranged(on ? [...chosen, permission] : chosen.filter((one) => one !== permission)));
  const choosePreset = (preset: readonly string[]) =>
    onChange(
      arranged([
        ...preset.filter((one) => refusalOf(one) === null),
        ...chosen.filter((one) => !isPermission(one)),
      ]),
    );
  return (
    <fieldset
      ref={(fieldset) => ref(fieldset?.querySelector("[role=checkbox]"))}
      aria-describedby={error || broken.length > 0 ? errorId : undefined}
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <legend className="contents font-medium text-sm">
          <span>Permissions</span>
        </legend>
        <Presets onChoose={choosePreset} />
      </div>
      {(error || broken.length > 0) && (
        <div className="mt-1.5" aria-live="polite">
          <FieldError id={errorId}>{error ?? broken.join(" ")}</FieldError>
        </div>
      )}
      <div className="mt-2 divide-y rounded-lg border">
        {groupByResource(offered(own)).map((group) => (
          <div key={group.resource} className="grid gap-x-4 gap-y-1 px-3 py-2.5 sm:grid-cols-[96px_1fr]">
            <p className="text-ink-3 text-sm">{group.resource}</p>
            <div className="space-y-2">
              {group.permissions.map((permission) => (
                <PermissionRow
                  key={permission}
                  permission={permission}
                  own={own}
                  chosen={chosen}
                  refusal={refusalOf(permission)}
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

function Presets({ onChoose }: { onChoose: (permissions: readonly string[]) => void }) {
  return (
    <div className="flex flex-wrap gap-1.5">
      {Object.values(PERMISSION_PRESETS).map((preset) => (
        <Button key={preset.label} size="sm" onClick={() => onChoose(preset.permissions)}>
          {preset.label}
        </Button>
      ))}
    </div>
  );
}

interface PermissionRowProps {
  permission: string;
  own: readonly OwnPermission[] | undefined;
  chosen: readonly string[];
  /** Why the policy does not grant it; null: it does. */
  refusal: string | null;
  onToggle: (on: boolean) => void;
  invalid: boolean;
}

function PermissionRow({ permission, own, chosen, refusal, onToggle, invalid }: PermissionRowProps) {
  const id = useId();
  const includer = includedBy(permission, chosen, own);
  return (
    <div className="flex items-start gap-2.5">
      <Checkbox
        id={id}
        checked={includer !== null || chosen.includes(permission)}
        disabled={includer !== null || (refusal !== null && !chosen.includes(permission))}
        onCheckedChange={(on) => onToggle(on === true)}
        aria-describedby={`${id}-text`}
        aria-invalid={invalid || undefined}
        className="mt-0.5"
      />
      <div className="min-w-0 text-sm">
        <label htmlFor={id} className={cn("font-medium", (includer || refusal) && "text-ink-2")}>
          {permissionLabel(permission, own)}
        </label>
        <p id={`${id}-text`} className="text-ink-2 text-xs">
          {permissionDescription(permission, own)}
          {refusal && <span className="ml-1 text-warn">{refusal}</span>}
          {includer && (
            <span className="ml-1 whitespace-nowrap text-accent">
              Included in {permissionLabel(includer, own)}.
            </span>
          )}
        </p>
      </div>
    </div>
  );
}
