"use client";

import { ExpiryFields } from "@/components/expiry-fields";
import { Field } from "@/components/field";
import { Input } from "@/components/ui/input";
import { Textarea } from "@/components/ui/textarea";
import type { LicenseForm } from "./use-license-form";

/** What the licence allows: how many devices, until when, which features. */
export function LicenseTermsFields({ form: { values, change, errorAt } }: { form: LicenseForm }) {
  return (
    <>
      <Field
        label="Activation limit"
        optional
        error={errorAt("activationLimit")}
        hint="On how many devices it can be active at once. Empty: any number."
      >
        <Input
          inputMode="numeric"
          value={values.activationLimit}
          onChange={(event) => change({ activationLimit: event.target.value })}
          autoComplete="off"
          className="tabular-nums"
        />
      </Field>
      <ExpiryFields values={values} onChange={change} error={errorAt("expiresAt")} pastAllowed />
      <Field
        label="Features"
        optional
        error={errorAt("features")}
        hint="One per line. The app reads them when it validates the licence."
      >
        <Textarea
          mono
          rows={2}
          value={values.features}
          onChange={(event) => change({ features: event.target.value })}
          spellCheck={false}
        />
      </Field>
    </>
  );
}
