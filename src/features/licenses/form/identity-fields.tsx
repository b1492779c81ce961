import { EnvironmentField, TextField } from "@/components/form-fields";
import type { ZodForm } from "@/lib/use-zod-form";
import type { LicenseFormValues } from "./license-form-values";

/** Where the licence lives and what it is for. */
export function IdentityFields({ form: { control, setValue } }: { form: ZodForm<LicenseFormValues> }) {
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <EnvironmentField
        control={control}
        name="environment"
        // A customer belongs to one environment, so the choice does not carry over.
        onChosen={() => setValue("customerId", null)}
      />
      <TextField control={control} name="product" label="Product" />
    </div>
  );
}
