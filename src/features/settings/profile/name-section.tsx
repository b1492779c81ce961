"use client";

import { useRouter } from "next/navigation";
import { TextField } from "@/components/form-fields";
import { useSession } from "@/components/session-context";
import { toast } from "@/components/ui/toast";
import { roleLabel } from "@/contracts/roles";
import { Lazy } from "@/lib/lazy";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { SettingsSection } from "../section";
import { SettingsForm } from "../settings-form";

const changeNameSchema = new Lazy(() =>
  import("@/contracts/schemas/admins").then((schemas) => schemas.changeNameSchema),
);

/** The name beside the e-mail address. */
export function NameSection() {
  const { admin } = useSession();
  const router = useRouter();
  const change = trpc.profile.changeName.useMutation();
  const form = useZodForm({
    defaultValues: { name: admin.name },
    schema: changeNameSchema,
    toInput: ({ name }) => ({ name: name.trim() }),
    async send(input) {
      const { name } = await change.mutateAsync(input);
      form.reset({ name });
      // The account menu has it from the layout, which the server draws.
      router.refresh();
      toast({ text: "Saved." });
    },
  });
  return (
    <SettingsSection
      id="name"
      title="Name"
      description={
        <p>
          You sign in as <span className="break-all font-medium text-ink">{admin.email}</span>. Your role:{" "}
          {roleLabel(admin)}.
        </p>
      }
    >
      <SettingsForm form={form} saveLabel="Save name">
        <TextField
          control={form.control}
          name="name"
          label="Name"
          optional
          maxLength={100}
          autoComplete="name"
        />
      </SettingsForm>
    </SettingsSection>
  );
}
