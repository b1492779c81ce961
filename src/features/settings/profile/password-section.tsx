"use client";

import { TextField } from "@/components/form-fields";
import { NewPasswordField } from "@/components/new-password-field";
import { useSession } from "@/components/session-context";
import { Lazy } from "@/lib/lazy";
import { signInWithNewPassword } from "@/lib/sign-in";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { SettingsSection } from "../section";
import { SettingsForm } from "../settings-form";

const changePasswordSchema = new Lazy(() =>
  import("@/contracts/schemas/admins").then((schemas) => schemas.changePasswordSchema),
);

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
      await signInWithNewPassword({ email: admin.email, password: input.next }, "/profile");
    },
  });
  return (
    <SettingsSection
      id="password"
      title="Password"
      description={
        <p>
          Changing it signs you out everywhere; only this browser is signed in again. Passwords that are known
          from thefts are refused.
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
        <NewPasswordField control={form.control} name="next" />
      </SettingsForm>
    </SettingsSection>
  );
}
