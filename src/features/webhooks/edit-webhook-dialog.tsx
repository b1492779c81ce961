"use client";

import { FormDialog } from "@/components/form-dialog";
import { toast } from "@/components/ui/toast";
import { updateWebhookSchema } from "@/contracts/schemas/webhooks";
import type { WebhookEndpointView } from "@/contracts/webhooks";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { WebhookFormFields, type WebhookFormValues } from "./webhook-form-fields";

interface EditWebhookDialogProps {
  /** The endpoint as it was when editing began; later answers of the server do not overwrite what is being typed. */
  endpoint: WebhookEndpointView;
  onClose: () => void;
}

/** Changes where an endpoint is, and what it is sent. */
export function EditWebhookDialog({ endpoint, onClose }: EditWebhookDialogProps) {
  const update = trpc.webhooks.update.useMutation();
  const refresh = useRefresh("webhooks");
  const { id, environment, url, description, events } = endpoint;
  const defaultValues: WebhookFormValues = { environment, url, description, events };
  const form = useZodForm({
    defaultValues,
    schema: updateWebhookSchema,
    toInput: ({ url, description, events }) => ({ id, url, description, events }),
    async send(input) {
      await update.mutateAsync(input);
      refresh();
      toast({ text: "Saved." });
      onClose();
    },
  });
  return (
    <FormDialog
      title="Edit endpoint"
      description="The signing secret stays. What waits to be sent goes to the new URL."
      form={form}
      submitLabel="Save"
      onClose={onClose}
    >
      <WebhookFormFields control={form.control} />
    </FormDialog>
  );
}
