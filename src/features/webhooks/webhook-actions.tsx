"use client";

import { useState } from "react";
import { onDemand } from "@/components/on-demand";
import { useMay } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { toastFailure } from "@/components/ui/toast";
import { isLeftToKeys, type RevealedWebhookSecret, type WebhookEndpointView } from "@/contracts/webhooks";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";

const dialogs = () => import("./webhook-dialogs");
const DeleteWebhookDialog = onDemand(() => dialogs().then((module) => module.DeleteWebhookDialog));
const DisableWebhookDialog = onDemand(() => dialogs().then((module) => module.DisableWebhookDialog));
const RotateSecretDialog = onDemand(() => dialogs().then((module) => module.RotateSecretDialog));
const EnableWebhookDialog = onDemand(() =>
  import("./enable-webhook-dialog").then((module) => module.EnableWebhookDialog),
);
const EditWebhookDialog = onDemand(() =>
  import("./edit-webhook-dialog").then((module) => module.EditWebhookDialog),
);
const RevealSecretDialog = onDemand(() =>
  import("./reveal-secret-dialog").then((module) => module.RevealSecretDialog),
);

interface WebhookActionsProps {
  endpoint: WebhookEndpointView;
  /** Shows the delivery of a test event. */
  onTestSent: (id: string) => void;
}

/** What can be done to an endpoint from its page. */
export function WebhookActions({ endpoint, onTestSent }: WebhookActionsProps) {
  const mayManage = useMay("webhooks:manage", endpoint.environment);
  const [asking, setAsking] = useState<"enable" | "edit" | "rotate" | "disable" | "delete" | null>(null);
  const [revealed, setRevealed] = useState<RevealedWebhookSecret | null>(null);
  const refresh = useRefresh("webhooks");
  const test = trpc.webhooks.sendTest.useMutation({
    onSuccess({ id }) {
      refresh();
      onTestSent(id);
    },
    onError: toastFailure,
  });
  const close = () => setAsking(null);
  if (!mayManage) return null;
  const { id } = endpoint;
  return (
    <>
      {endpoint.disabledAt ? (
        <Button variant="primary" onClick={() => setAsking("enable")}>
          Enable
        </Button>
      ) : (
        <Button pending={test.isPending} onClick={() => test.mutate({ id })}>
          Send test event
        </Button>
      )}
      <Button onClick={() => setAsking("edit")}>Edit</Button>
      <Button onClick={() => setAsking("rotate")}>New secret</Button>
      {!endpoint.disabledAt && <Button onClick={() => setAsking("disable")}>Disable</Button>}
      {isLeftToKeys(endpoint) && <Button onClick={() => setAsking("disable")}>Keep disabled</Button>}
      <Button variant="danger" onClick={() => setAsking("delete")}>
        Delete
      </Button>
      {asking === "enable" && <EnableWebhookDialog endpoint={endpoint} onClose={close} />}
      {asking === "edit" && <EditWebhookDialog endpoint={endpoint} onClose={close} />}
      {asking === "rotate" && (
        <RotateSecretDialog endpoint={endpoint} onRotated={setRevealed} onClose={close} />
      )}
      {asking === "disable" && <DisableWebhookDialog endpoint={endpoint} onClose={close} />}
      {asking === "delete" && <DeleteWebhookDialog endpoint={endpoint} onClose={close} />}
      {revealed && <RevealSecretDialog revealed={revealed} onStored={() => setRevealed(null)} />}
    </>
  );
}
