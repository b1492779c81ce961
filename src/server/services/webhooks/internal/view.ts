import { getTableColumns } from "drizzle-orm";
import type { WebhookDeliveryView, WebhookEndpointView } from "@/contracts/webhooks";
import { webhookDeliveries, webhookEndpoints, webhookMessages } from "@/server/database/schema";

const {
  sealedSecret: _present,
  previousSealedSecret: _previous,
  ...shown
} = getTableColumns(webhookEndpoints);

/** Every column but the secrets. A select that names its columns cannot leak one that it does not name. */
export const endpointColumns = shown;

type EndpointRow = Omit<typeof webhookEndpoints.$inferSelect, "sealedSecret" | "previousSealedSecret">;

/** @param now decides whether the secret before still signs */
export function endpointViewOf(row: EndpointRow, now: Date): WebhookEndpointView {
  const { previousSecretUntil: until } = row;
  return {
    id: row.id,
    environment: row.environment,
    url: row.url,
    description: row.description,
    events: row.events,
    disabledAt: row.disabledAt?.toISOString() ?? null,
    disabledReason: row.disabledReason,
    failingSince: row.failingSince?.toISOString() ?? null,
    previousSecretUntil: until && until > now ? until.toISOString() : null,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** What the audit calls an endpoint, and keeps of it. */
export const auditSubject = ({ id, url }: Pick<EndpointRow, "id" | "url">) => ({ id, name: url });
export const auditedEndpoint = ({ url, description, events }: EndpointRow) => ({ url, description, events });

/** What a delivery is shown by, of its own row and its message's. */
export const deliveryColumns = {
  id: webhookDeliveries.messageId,
  endpointId: webhookDeliveries.endpointId,
  type: webhookMessages.type,
  subjectId: webhookDeliveries.subjectId,
  state: webhookDeliveries.state,
  attempts: webhookDeliveries.attempts,
  status: webhookDeliveries.status,
  error: webhookDeliveries.error,
  nextAttemptAt: webhookDeliveries.nextAttemptAt,
  createdAt: webhookDeliveries.createdAt,
  finishedAt: webhookDeliveries.finishedAt,
};

type Instants = "nextAttemptAt" | "createdAt" | "finishedAt";
type DeliveryRow = Omit<WebhookDeliveryView, Instants> & {
  nextAttemptAt: Date | null;
  createdAt: Date;
  finishedAt: Date | null;
};

export function deliveryViewOf(row: DeliveryRow): WebhookDeliveryView {
  return {
    ...row,
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
