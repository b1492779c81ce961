"use client";

import { useState } from "react";
import { TextField } from "@/components/form-fields";
import { useSession } from "@/components/session-context";
import { Lazy } from "@/lib/lazy";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { SettingsSection } from "../section";
import { SettingsForm } from "../settings-form";

const requestEmailChangeSchema = new Lazy(() =>
  import("@/contracts/schemas/admin-links").then((schemas) => schemas.requestEmailChangeSchema),
);

/** The e-mail address, which changes when the link that is mailed to the new one is opened. */
export function EmailSection() {
  const { admin } = useSession();
  const [asked, setAsked] = useState<string | null>(null);
  const request = trpc.profile.requestEmailChange.useMutation();
  const form = useZodForm({
    defaultValues: { email: "", password: "" },
    schema: requestEmailChangeSchema,
    toInput: (values) => values,
    async send(input) {
      await request.mutateAsync(input);
      // It holds the password, and this section stays.
      request.reset();
      form.reset({ email: "", password: "" });
      setAsked(input.email);
    },
  });
  return (
    <SettingsSection
      id="email"
      title="Email"
      description={
        <p>
          Now <span className="break-all font-medium text-ink">{admin.email}</span>. A link goes to the new
          address; opening it changes it, and signs you out everywhere else.
        </p>
      }
    >
      <SettingsForm form={form} saveLabel="Send link">
        {asked && (
          <p role="status" className="text-ink-2 text-sm sm:col-span-2">
            A link is on its way to <span className="break-all font-medium text-ink">{asked}</span>. It works
            once, within an hour.
          </p>
        )}
        <TextField control={form.control} name="email" label="New email" type="email" autoComplete="email" />
        <TextField
          control={form.control}
          name="password"
          label="Your password"
          type="password"
          autoComplete="current-password"
        />
      </SettingsForm>
    </SettingsSection>
  );
}
