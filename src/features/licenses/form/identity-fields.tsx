"use client";

import { EnvironmentSelect } from "@/components/environment-select";
import { Field } from "@/components/field";
import { Input } from "@/components/ui/input";
import type { LicenseForm } from "./use-license-form";

/** Where the licence lives and what it is for. */
export function IdentityFields({ form: { values, change, errorAt } }: { form: LicenseForm }) {
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Field label="Environment" error={errorAt("environment")}>
        <EnvironmentSelect
          value={values.environment}
          // A customer belongs to one environment, so the choice does not carry over.
          onValueChange={(environment) => change({ environment, customer: null })}
        />
      </Field>
      <Field label="Product" error={errorAt("product")}>
        <Input
          value={values.product}
          onChange={(event) => change({ product: event.target.value })}
          autoComplete="off"
        />
      </Field>
    </div>
  );
}
