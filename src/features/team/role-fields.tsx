"use client";

import type { Control, FieldPathByValue, FieldValues } from "react-hook-form";
import { EnvironmentBadge } from "@/components/environment-badge";
import { Field, FieldError } from "@/components/field";
import { Select } from "@/components/ui/select";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import {
  ENVIRONMENT_ROLES,
  type EnvironmentRole,
  type EnvironmentRoles,
  ROLE_DETAILS,
  ROLES,
  type Role,
  type RoleGrants,
} from "@/contracts/roles";
import { useField } from "@/lib/use-zod-form";

/** What the fields hold: both ways of holding a role, so that going back and forth loses neither. */
export interface RoleValues {
  where: "everywhere" | "by_environment";
  role: Role;
  environmentRoles: Record<Environment, EnvironmentRole | "none">;
}

/** The fields for a role that is held, or for the least. */
export function roleValuesOf({ role, environmentRoles }: RoleGrants): RoleValues {
  const held = (one: Environment) => environmentRoles?.[one] ?? "none";
  return {
    where: environmentRoles ? "by_environment" : "everywhere",
    role,
    environmentRoles: {
      production: held("production"),
      staging: held("staging"),
      development: held("development"),
    },
  };
}

/** What the fields mean. */
export function toGrants({ where, role, environmentRoles }: RoleValues): RoleGrants {
  if (where === "everywhere") return { role, environmentRoles: null };
  const held = Object.entries(environmentRoles).filter(([, one]) => one !== "none");
  return { role: "viewer", environmentRoles: Object.fromEntries(held) as EnvironmentRoles };
}

const WHERE = [
  { value: "everywhere", label: "One role in all environments" },
  { value: "by_environment", label: "A role in each environment" },
] as const;

const EVERYWHERE = ROLES.map((value) => ({ value, label: ROLE_DETAILS[value].label }));
const IN_ONE = [
  { value: "none", label: "No role" },
  ...ENVIRONMENT_ROLES.map((value) => ({ value, label: ROLE_DETAILS[value].label })),
] as const;

/** A role in all environments, or one in each. */
export function RoleFields<Values extends FieldValues & RoleValues>({
  control,
}: {
  control: Control<Values>;
}) {
  const named = <Value,>(name: keyof RoleValues) => ({
    control,
    name: name as FieldPathByValue<Values, Value>,
  });
  const where = useField<Values, RoleValues["where"]>(named("where"));
  return (
    <>
      <Field label="Where" controlRef={where.ref}>
        <Select value={where.value} onValueChange={where.onChange} options={WHERE} />
      </Field>
      {where.value === "everywhere" ? (
        <RoleField {...named<Role>("role")} />
      ) : (
        <EnvironmentRoleFields {...named<RoleValues["environmentRoles"]>("environmentRoles")} />
      )}
    </>
  );
}

interface Of<Values extends FieldValues, Value> {
  control: Control<Values>;
  name: FieldPathByValue<Values, Value>;
}

function RoleField<Values extends FieldValues>(of: Of<Values, Role>) {
  const { value, onChange, ref, error } = useField<Values, Role>(of);
  return (
    <Field label="Role" hint={ROLE_DETAILS[value].description} error={error} controlRef={ref}>
      <Select value={value} onValueChange={onChange} options={EVERYWHERE} />
    </Field>
  );
}

function EnvironmentRoleFields<Values extends FieldValues>(of: Of<Values, RoleValues["environmentRoles"]>) {
  const { value, onChange, ref, error } = useField<Values, RoleValues["environmentRoles"]>(of);
  return (
    <div>
      <div className="grid gap-4 sm:grid-cols-3">
        {ENVIRONMENTS.map((one, index) => (
          <Field key={one} label={<EnvironmentBadge value={one} />} {...(index === 0 && { controlRef: ref })}>
            <Select
              value={value[one]}
              onValueChange={(role) => onChange({ ...value, [one]: role })}
              options={IN_ONE}
            />
          </Field>
        ))}
      </div>
      <div role="alert" className="mt-1.5 empty:hidden">
        {error && <FieldError>Choose a role in at least one environment</FieldError>}
      </div>
      <p className="mt-1.5 text-ink-3 text-xs">
        Where there is no role, nothing of that environment is seen. Team and settings belong to owners, who
        are owners everywhere.
      </p>
    </div>
  );
}
