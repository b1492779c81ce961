"use client";

import { FormDialog } from "@/components/form-dialog";
import { EnvironmentField } from "@/components/form-fields";
import type { Environment } from "@/contracts/environments";
import { createWebhookSchema } from "@/contracts/schemas/webhooks";
import type { RevealedWebhookSecret } from "@/contracts/webhooks";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { WebhookFormFields, type WebhookFormValues } from "./webhook-form-fields";

interface CreateWebhookDialogProps {
  /** The one the list shows, which the form starts with; null where it shows all. */
  environment: Environment | null;
  onCreated: (revealed: RevealedWebhookSecret) => void;
  onClose: () => void;
}

/** Sets an endpoint up, and hands on its signing secret. */
export function CreateWebhookDialog({ environment, onCreated, onClose }: CreateWebhookDialogProps) {
  const create = trpc.webhooks.create.useMutation();
  const refresh = useRefresh("webhooks");
  const defaultValues: WebhookFormValues = { environment, url: "", description: "", events: [] };
  const form = useZodForm({
    defaultValues,
    schema: createWebhookSchema,
    toInput: (values) => values,
    async send(input) {
      const revealed = await create.mutateAsync(input);
      refresh();
      onClose();
      onCreated(revealed);
    },
  });
  return (
    <FormDialog
      title="Create endpoint"
      description="It is sent what happens in its environment, which cannot be changed later."
      form={form}
      submitLabel="Create endpoint"
      onClose={onClose}
    >
      <EnvironmentField control={form.control} name="environment" />
      <WebhookFormFields control={form.control} />
    </FormDialog>
  );
}
