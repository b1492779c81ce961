"use client";

import type { ReactNode } from "react";
import { EnvironmentSelect } from "@/components/environment-select";
import { ExpiryFields } from "@/components/expiry-fields";
import { Field } from "@/components/field";
import { Input } from "@/components/ui/input";
import { Textarea } from "@/components/ui/textarea";
import { CustomerScopeField } from "./customer-scope-field";
import { PermissionPicker } from "./permission-picker";
import { RateLimitFields } from "./rate-limit-fields";
import type { KeyForm } from "./use-key-form";

interface KeyFormFieldsProps {
  form: KeyForm;
  /** Below the permissions and the limits: what they would have done to past calls. */
  permissionsReplay?: ReactNode;
  limitsReplay?: ReactNode;
  /** The environment is chosen once, at creation. */
  environmentFixed?: boolean;
}

/** Every field of a key, for create and edit alike. */
export function KeyFormFields({
  form,
  permissionsReplay,
  limitsReplay,
  environmentFixed = false,
}: KeyFormFieldsProps) {
  const { values, errors, change } = form;
  return (
    <div className="space-y-6">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Name" error={errors.name} className={environmentFixed ? "sm:col-span-2" : ""}>
          <Input
            value={values.name}
            onChange={(event) => change({ name: event.target.value })}
            placeholder="Main Website Integration"
            autoComplete="off"
            maxLength={100}
          />
        </Field>
        {!environmentFixed && <EnvironmentField form={form} />}
        <Field label="Description" optional error={errors.description} className="sm:col-span-2">
          <Textarea
            value={values.description}
            onChange={(event) => change({ description: event.target.value })}
            placeholder="Who runs it, and what for"
            rows={2}
            maxLength={500}
          />
        </Field>
      </div>
      <div>
        <PermissionPicker
          chosen={values.permissions}
          onChange={(permissions) => change({ permissions })}
          error={errors.permissions}
        />
        {permissionsReplay}
      </div>
      <div>
        <RateLimitFields
          values={values.rateLimits}
          onChange={(rateLimits) => change({ rateLimits })}
          errors={errors}
        />
        {limitsReplay}
      </div>
      <ExpiryFields values={values} onChange={change} error={errors.expiresAt} />
      <CustomerScopeField values={values} onChange={change} error={errors.customers} />
      <Field
        label="Allowed addresses"
        optional
        error={errors.ipAllowlist}
        hint="One IPv4 or IPv6 address or range per line, such as 203.0.113.0/24. Empty: calls may come from anywhere."
      >
        <Textarea
          mono
          value={values.addresses}
          onChange={(event) => change({ addresses: event.target.value })}
          rows={3}
          spellCheck={false}
          autoCapitalize="off"
        />
      </Field>
    </div>
  );
}

function EnvironmentField({ form }: { form: KeyForm }) {
  const { values, errors, change } = form;
  return (
    <Field label="Environment" error={errors.environment} hint="Cannot be changed later.">
      <EnvironmentSelect
        value={values.environment}
        // The customers belong to the environment that was chosen before.
        onValueChange={(environment) => change({ environment, customers: [] })}
      />
    </Field>
  );
}
