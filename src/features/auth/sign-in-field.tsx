import { useFormState } from "react-hook-form";
import { Field } from "@/components/field";
import { Input } from "@/components/ui/input";
import type { ZodForm } from "@/lib/use-zod-form";

interface SignInFieldProps {
  form: ZodForm<{ email: string; password: string }>;
  name: "email" | "password";
  autoComplete: "username" | "current-password";
}

/** E-mail or password. Left to the browser, as what a password manager fills in before the script runs must count. */
export function SignInField({ form: { control, register }, name, autoComplete }: SignInFieldProps) {
  const { errors } = useFormState({ control, name });
  return (
    <Field label={name === "email" ? "Email" : "Password"} error={errors[name]?.message}>
      <Input {...register(name)} type={name} autoComplete={autoComplete} required />
    </Field>
  );
}
