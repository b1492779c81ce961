import { type ReactNode, useEffect } from "react";
import { useWatch } from "react-hook-form";
import { ExpiryFields } from "@/components/expiry-fields";
import { EnvironmentField, TextAreaField, TextField } from "@/components/form-fields";
import { keysOf } from "@/contracts/key-policies";
import type { KeyView } from "@/contracts/keys";
import { expiryWithin } from "@/lib/expiry";
import type { ZodForm } from "@/lib/use-zod-form";
import { CustomerScopeField } from "./customer-scope-field";
import type { KeyFormValues } from "./key-form-values";
import { KeyManagementFields } from "./key-management-fields";
import { expiryBound, limitsWithin, useKeyRules } from "./key-policy";
import { OwnerField, TagsField } from "./label-fields";
import { PermissionPicker } from "./permission-picker";
import { RateLimitFields } from "./rate-limit-fields";

interface KeyFormFieldsProps {
  form: ZodForm<KeyFormValues>;
  /** The key that is edited; null: it is a new one. Its environment stays. */
  apiKey: KeyView | null;
  /** Below the permissions and the limits: what they would have done to past calls. */
  permissionsReplay?: ReactNode;
  limitsReplay?: ReactNode;
}

/** Every field of a key, for create and edit alike, with what the policy of its environment leaves of each. */
export function KeyFormFields({ form, apiKey, permissionsReplay, limitsReplay }: KeyFormFieldsProps) {
  const { control, getValues, setValue } = form;
  const environment = useWatch({ control, name: "environment" });
  const rules = useKeyRules(environment);
  const bound = expiryBound(environment, rules, apiKey?.createdAt ?? null);
  const isNew = apiKey === null;
  useEffect(() => {
    if (!isNew || !environment || !rules) return;
    const within = expiryBound(environment, rules, null);
    setValue("expiresAt", expiryWithin(within, getValues("expiresAt"), new Date()));
    setValue("rateLimits", limitsWithin(rules, getValues("rateLimits")));
  }, [isNew, environment, rules, setValue, getValues]);
  const addresses = "One IPv4 or IPv6 address or range per line, such as 203.0.113.0/24.";
  return (
    <div className="space-y-6">
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          control={control}
          name="name"
          label="Name"
          placeholder="Main Website Integration"
          maxLength={100}
          className={isNew ? "" : "sm:col-span-2"}
        />
        {isNew && (
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
          placeholder="What runs with it, and what for"
          rows={2}
          maxLength={500}
          className="sm:col-span-2"
        />
        <OwnerField control={control} />
        <TagsField control={control} />
      </div>
      <div>
        <PermissionPicker
          control={control}
          environment={environment}
          rules={rules}
          held={apiKey?.permissions ?? []}
        />
        <KeyManagementFields control={control} />
        {permissionsReplay}
      </div>
      <div>
        <RateLimitFields control={control} highest={rules?.maxRateLimits} />
        {limitsReplay}
      </div>
      <ExpiryFields control={control} name="expiresAt" bound={bound} />
      <CustomerScopeField control={control} />
      <TextAreaField
        control={control}
        name="ipAllowlist"
        label="Allowed addresses"
        optional={!rules?.addressesRequired}
        hint={
          environment && rules?.addressesRequired
            ? `${addresses} ${keysOf(environment)} must have a list (policy).`
            : `${addresses} Empty: calls may come from anywhere.`
        }
        mono
        rows={3}
        spellCheck={false}
        autoCapitalize="off"
      />
      <TextAreaField
        control={control}
        name="allowedOrigins"
        label="Allowed web origins"
        optional
        hint="One per line, such as https://app.example.com. Bounds pages in browsers; programs send no origin and are not bound. Empty: pages of any site."
        mono
        rows={2}
        spellCheck={false}
        autoCapitalize="off"
      />
    </div>
  );
}
