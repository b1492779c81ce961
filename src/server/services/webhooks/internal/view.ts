import { getTableColumns } from "drizzle-orm";
import { maskedUrl, type WebhookDeliveryView, type WebhookEndpointView } from "@/contracts/webhooks";
import { mayShow } from "@/server/core/authorize";
import { webhookDeliveries, webhookEndpoints, webhookMessages } from "@/server/database/schema";
import type { CallingKey } from "../../calling-key";
import type { ServiceContext } from "../../context";
import { isReadable } from "./caller";

const {
  sealedSecret: _present,
  previousSealedSecret: _previous,
  ...shown
} = getTableColumns(webhookEndpoints);

/** Every column but the secrets. A select that names its columns cannot leak one that it does not name. */
export const endpointColumns = shown;

type EndpointRow = Omit<typeof webhookEndpoints.$inferSelect, "sealedSecret" | "previousSealedSecret">;

/** What can be edited of an endpoint. */
export type EditableFields = Pick<EndpointRow, "url" | "description" | "events">;

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
    disabledByKeyId: row.disabledByKeyId,
    failingSince: row.failingSince?.toISOString() ?? null,
    previousSecretUntil: until && until > now ? until.toISOString() : null,
    createdBy: row.createdBy,
    setUpByKeyId: row.setUpByKeyId,
    secretToldToKeyId: row.secretToldToKeyId,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** The same for whoever asks: with the whole URL where they may manage the endpoint, and could send to it anyway. */
export function endpointShownTo(
  ctx: ServiceContext,
  caller: CallingKey | null,
  row: EndpointRow,
): WebhookEndpointView {
  const view = endpointViewOf(row, ctx.clock.now());
  const isManaged = mayShow(ctx, "webhooks:manage", row.environment) && isReadable(caller, row.events);
  return isManaged ? view : { ...view, url: maskedUrl(view.url) };
}

/** What the audit calls an endpoint, and keeps of it. Everybody in the team reads it, and it is kept for good. */
export const auditSubject = ({ id, url }: Pick<EndpointRow, "id" | "url">) => ({ id, name: maskedUrl(url) });
export const auditedEndpoint = ({ url, description, events }: EditableFields) => ({
  url: maskedUrl(url),
  description,
  events,
});

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
