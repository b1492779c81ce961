import type { Control } from "react-hook-form";
import { ExpiryFields } from "@/components/expiry-fields";
import { DigitsField, TextAreaField } from "@/components/form-fields";
import type { LicenseFormValues } from "./license-form-values";

/** What the licence allows: how many devices, until when, which features. */
export function LicenseTermsFields({ control }: { control: Control<LicenseFormValues> }) {
  return (
    <>
      <DigitsField
        control={control}
        name="activationLimit"
        label="Activation limit"
        optional
        hint="On how many devices it can be active at once. Empty: any number."
        noNumber="Must be a whole number in digits, or empty"
      />
      <ExpiryFields control={control} name="expiresAt" pastAllowed />
      <TextAreaField
        control={control}
        name="features"
        label="Features"
        optional
        hint="One per line. The app reads them when it validates the licence."
        mono
        rows={2}
        spellCheck={false}
      />
    </>
  );
}
