"use client";

import { TextField } from "@/components/form-fields";
import { useSession } from "@/components/session-context";
import { changePasswordSchema, MIN_PASSWORD_LENGTH } from "@/contracts/admins";
import { attemptSignIn, load } from "@/lib/sign-in";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { SettingsSection } from "../section";
import { SettingsForm } from "../settings-form";

/** The password, which ends every session with its change; this browser signs in anew with the new one. */
export function PasswordSection() {
  const { admin } = useSession();
  const change = trpc.profile.changePassword.useMutation();
  const form = useZodForm({
    defaultValues: { present: "", next: "" },
    schema: changePasswordSchema,
    toInput: (values) => values,
    async send(input) {
      await change.mutateAsync(input);
      const outcome = await attemptSignIn({ email: admin.email, password: input.next });
      // The password is changed either way; if only the signing in failed, its own page says how.
      await load(outcome.kind === "ok" ? "/profile" : "/sign-in?callbackUrl=/profile");
    },
  });
  return (
    <SettingsSection
      id="password"
      title="Password"
      description={
        <p>
          Changing it signs you out everywhere; only this browser is signed in again. Length is what counts: a
          sentence is fine. Passwords that are known from thefts are refused.
        </p>
      }
    >
      <SettingsForm form={form} saveLabel="Change password">
        <TextField
          control={form.control}
          name="present"
          label="Present password"
          type="password"
          autoComplete="current-password"
        />
        <TextField
          control={form.control}
          name="next"
          label="New password"
          hint={`At least ${MIN_PASSWORD_LENGTH} characters.`}
          type="password"
          autoComplete="new-password"
        />
      </SettingsForm>
    </SettingsSection>
  );
}
