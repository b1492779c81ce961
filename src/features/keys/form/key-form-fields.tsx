import type { ReactNode } from "react";
import { ExpiryFields } from "@/components/expiry-fields";
import { EnvironmentField, TextAreaField, TextField } from "@/components/form-fields";
import type { ZodForm } from "@/lib/use-zod-form";
import { CustomerScopeField } from "./customer-scope-field";
import type { KeyFormValues } from "./key-form-values";
import { PermissionPicker } from "./permission-picker";
import { RateLimitFields } from "./rate-limit-fields";

interface KeyFormFieldsProps {
  form: ZodForm<KeyFormValues>;
  /** Below the permissions and the limits: what they would have done to past calls. */
  permissionsReplay?: ReactNode;
  limitsReplay?: ReactNode;
  /** The environment is chosen once, at creation. */
  environmentFixed?: boolean;
}

/** Every field of a key, for create and edit alike. */
export function KeyFormFields({
  form: { control, getValues, setValue },
  permissionsReplay,
  limitsReplay,
  environmentFixed = false,
}: KeyFormFieldsProps) {
  return (
    <div className="space-y-6">
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          control={control}
          name="name"
          label="Name"
          placeholder="Main Website Integration"
          maxLength={100}
          className={environmentFixed ? "sm:col-span-2" : ""}
        />
        {!environmentFixed && (
          <EnvironmentField
            control={control}
            name="environment"
            hint="Cannot be changed later."
            // The customers belong to the environment that was chosen before.
            onChosen={() => setValue("customers", { ...getValues("customers"), chosen: [] })}
          />
        )}
        <TextAreaField
          control={control}
          name="description"
          label="Description"
          optional
          placeholder="Who runs it, and what for"
          rows={2}
          maxLength={500}
          className="sm:col-span-2"
        />
      </div>
      <div>
        <PermissionPicker control={control} />
        {permissionsReplay}
      </div>
      <div>
        <RateLimitFields control={control} />
        {limitsReplay}
      </div>
      <ExpiryFields control={control} name="expiresAt" />
      <CustomerScopeField control={control} />
      <TextAreaField
        control={control}
        name="ipAllowlist"
        label="Allowed addresses"
        optional
        hint="One IPv4 or IPv6 address or range per line, such as 203.0.113.0/24. Empty: calls may come from anywhere."
        mono
        rows={3}
        spellCheck={false}
        autoCapitalize="off"
      />
    </div>
  );
}
