"use client";

import type { ReactNode } from "react";
import { CopyField } from "@/components/copy-field";
import { DetailSkeleton } from "@/components/detail-skeleton";
import { EnvironmentBadge } from "@/components/environment-badge";
import { ErrorNotice } from "@/components/error-notice";
import { KeyValue } from "@/components/key-value";
import { TableSkeleton } from "@/components/list-skeleton";
import { Note } from "@/components/note";
import { PageHeader } from "@/components/page-header";
import { RecordNotFound } from "@/components/record-not-found";
import { Timestamp } from "@/components/timestamp";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import type { Id } from "@/contracts/ids";
import { WEBHOOK_DISABLED_REASONS, type WebhookEndpointView } from "@/contracts/webhooks";
import { idOf } from "@/lib/address-field";
import { describeError } from "@/lib/errors";
import { useOpenRow } from "@/lib/use-open-row";
import { trpc } from "@/trpc/client";
import { DELIVERY_COLUMNS } from "./delivery-columns";
import { DeliveryList, REFRESH_MS } from "./delivery-list";
import { KeyLink } from "./set-up-by-key";
import { WebhookActions } from "./webhook-actions";
import { WebhookStatusBadge } from "./webhook-status";

const COLUMNS = "lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]";

const readMessageId = idOf("msg");

interface WebhookScreenProps {
  id: Id<"whe">;
  /** What was changed of it, which the page hands in: that is another feature. */
  history: ReactNode;
}

/** One endpoint: what it is, and what was sent to it. */
export function WebhookScreen({ id, history }: WebhookScreenProps) {
  const endpoint = trpc.webhooks.get.useQuery({ id }, { refetchInterval: REFRESH_MS });
  // Also where it is still shown: somebody has deleted it meanwhile.
  if (describeError(endpoint.error).code === "not_found") return <WebhookNotFound />;
  return (
    <>
      {endpoint.error && (
        <ErrorNotice error={endpoint.error} onRetry={() => void endpoint.refetch()} className="mb-4" />
      )}
      {endpoint.data && <WebhookDetail endpoint={endpoint.data} history={history} />}
      {endpoint.isPending && <WebhookSkeleton />}
    </>
  );
}

function WebhookDetail({ endpoint, history }: { endpoint: WebhookEndpointView; history: ReactNode }) {
  const delivery = useOpenRow("delivery", readMessageId);
  const showTest = (id: string) => {
    const read = readMessageId(id);
    if (read) delivery.show(read);
  };
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Webhooks", href: "/webhooks" }]}
        title={endpoint.url}
        badge={<WebhookStatusBadge value={endpoint} />}
        sub={
          <span className="flex flex-wrap items-center gap-x-3">
            <EnvironmentBadge value={endpoint.environment} />
            {endpoint.description}
          </span>
        }
        actions={<WebhookActions endpoint={endpoint} onTestSent={showTest} />}
      />
      <Trouble endpoint={endpoint} />
      {/* The facts come first on a phone, and stand at the right on a wide screen. */}
      <div className={`grid gap-4 lg:items-start ${COLUMNS}`}>
        <div className="grid min-w-0 gap-4 lg:order-2">
          <Facts endpoint={endpoint} />
        </div>
        <div className="grid min-w-0 gap-6">
          <DeliveryList endpoint={endpoint} delivery={delivery} />
          {history}
        </div>
      </div>
    </>
  );
}

/** Why nothing is sent, or since when nothing is taken. */
function Trouble({ endpoint }: { endpoint: WebhookEndpointView }) {
  const { disabledReason, failingSince } = endpoint;
  if (disabledReason) {
    return (
      <Note tone="warn" className="mb-4">
        Nothing is sent here. {WEBHOOK_DISABLED_REASONS[disabledReason]}
      </Note>
    );
  }
  if (!failingSince) return null;
  return (
    <Note tone="warn" className="mb-4">
      No attempt has succeeded since <Timestamp value={failingSince} />. After a week it is disabled.
    </Note>
  );
}

function Facts({ endpoint }: { endpoint: WebhookEndpointView }) {
  const { id, url, events, previousSecretUntil, createdAt, createdBy, updatedAt } = endpoint;
  const { setUpByKeyId, secretToldToKeyId, disabledByKeyId } = endpoint;
  return (
    <Card>
      <CardHeader>
        <CardTitle>Facts</CardTitle>
      </CardHeader>
      <CardContent>
        <KeyValue
          items={[
            { label: "Id", value: <CopyField value={id} label="endpoint id" /> },
            { label: "URL", value: <CopyField value={url} label="URL" /> },
            {
              label: "Events",
              value: (
                <ul className="mono">
                  {events.map((type) => (
                    <li key={type}>{type}</li>
                  ))}
                </ul>
              ),
            },
            ...(previousSecretUntil
              ? [{ label: "Old secret", value: <Timestamp value={previousSecretUntil} /> }]
              : []),
            { label: "Created", value: <Timestamp value={createdAt} /> },
            { label: "Created by", value: createdBy },
            ...(setUpByKeyId ? [{ label: "Set up by key", value: <KeyLink id={setUpByKeyId} /> }] : []),
            ...(secretToldToKeyId && secretToldToKeyId !== setUpByKeyId
              ? [{ label: "Secret told to", value: <KeyLink id={secretToldToKeyId} /> }]
              : []),
            ...(disabledByKeyId
              ? [{ label: "Disabled by key", value: <KeyLink id={disabledByKeyId} /> }]
              : []),
            { label: "Changed", value: <Timestamp value={updatedAt} /> },
          ]}
        />
      </CardContent>
    </Card>
  );
}

/** Holds the place of an endpoint while the server draws it. */
export function WebhookSkeleton() {
  return (
    <DetailSkeleton className={COLUMNS}>
      <TableSkeleton label="Deliveries" columns={DELIVERY_COLUMNS} />
    </DetailSkeleton>
  );
}

/** There is no endpoint with this id. */
export function WebhookNotFound() {
  return <RecordNotFound noun="endpoint" nouns="endpoints" list={{ label: "Webhooks", href: "/webhooks" }} />;
}
