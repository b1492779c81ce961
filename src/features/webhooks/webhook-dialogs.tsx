"use client";

import { useRouter } from "next/navigation";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { DeleteDialog } from "@/components/delete-dialog";
import { toast } from "@/components/ui/toast";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import {
  type RevealedWebhookSecret,
  WEBHOOK_SECRET_OVERLAP_HOURS,
  type WebhookEndpointView,
} from "@/contracts/webhooks";
import { trpc } from "@/trpc/client";
import { useRefresh, useRefreshWithout } from "@/trpc/use-refresh";

interface WebhookDialogProps {
  endpoint: WebhookEndpointView;
  onClose: () => void;
}

/** Makes a new signing secret, after saying how long the one before goes on. */
export function RotateSecretDialog({
  endpoint,
  onRotated,
  onClose,
}: WebhookDialogProps & { onRotated: (revealed: RevealedWebhookSecret) => void }) {
  const refresh = useRefresh("webhooks");
  const rotate = trpc.webhooks.rotateSecret.useMutation();
  const confirm = () =>
    rotate.mutate(
      { id: endpoint.id },
      {
        onSuccess: (revealed) => {
          refresh();
          onClose();
          onRotated(revealed);
        },
      },
    );
  return (
    <ConfirmDialog
      title="Make a new signing secret?"
      confirmLabel="Make a new one"
      tone="primary"
      onConfirm={confirm}
      onClose={onClose}
      pending={rotate.isPending}
      error={rotate.error}
    >
      <p>
        Events are signed with both secrets for {WEBHOOK_SECRET_OVERLAP_HOURS} hours, and with the new one
        alone from then on. Give it to the receiver until then.
      </p>
      {endpoint.previousSecretUntil && (
        <p>
          The secret from before the last rotation still signs, and stops at once. A receiver that only knows
          that one refuses what comes.
        </p>
      )}
    </ConfirmDialog>
  );
}

/** Stops sending to an endpoint, after saying what is lost by that. */
export function DisableWebhookDialog({ endpoint, onClose }: WebhookDialogProps) {
  const refresh = useRefresh("webhooks");
  const disable = trpc.webhooks.disable.useMutation();
  const confirm = () =>
    disable.mutate(
      { id: endpoint.id },
      {
        onSuccess: () => {
          refresh();
          toast({ text: "Disabled the endpoint." });
          onClose();
        },
      },
    );
  const isDisabled = endpoint.disabledAt !== null;
  return (
    <ConfirmDialog
      title={isDisabled ? "Keep this endpoint disabled?" : "Disable this endpoint?"}
      description={endpoint.url}
      confirmLabel={isDisabled ? "Keep disabled" : "Disable"}
      onConfirm={confirm}
      onClose={onClose}
      pending={disable.isPending}
      error={disable.error}
    >
      {isDisabled && (
        <p>
          As it is, a key with Webhook Management could enable it again. From then on only the console can.
        </p>
      )}
      <p>
        Nothing is sent to it any more. What waits counts as failed and can be resent; what happens in{" "}
        {ENVIRONMENT_DETAILS[endpoint.environment].label} until you enable it again is not sent later.
      </p>
    </ConfirmDialog>
  );
}

/** Deletes an endpoint, after saying what goes with it. */
export function DeleteWebhookDialog({ endpoint, onClose }: WebhookDialogProps) {
  const router = useRouter();
  const refreshWithout = useRefreshWithout("webhooks");
  const mutation = trpc.webhooks.delete.useMutation({ onSuccess: (_, { id }) => refreshWithout(id) });
  const { host } = new URL(endpoint.url);
  return (
    <DeleteDialog
      title="Delete this endpoint?"
      typedName={host}
      mutation={mutation}
      input={{ id: endpoint.id }}
      done={`Deleted the endpoint at ${host}.`}
      onDeleted={() => router.push("/webhooks")}
      onClose={onClose}
    >
      <p className="mono">{endpoint.url}</p>
      <p>
        Its deliveries go with it, those that wait as well, and its signing secret is destroyed. This cannot
        be undone.
      </p>
    </DeleteDialog>
  );
}
