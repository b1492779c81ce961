"use client";

import { CodeBlock } from "@/components/code-block";
import { CopyField } from "@/components/copy-field";
import { LinesSkeleton } from "@/components/detail-skeleton";
import { ErrorNotice } from "@/components/error-notice";
import { KeyValue } from "@/components/key-value";
import { useMay } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { Sheet, SheetContent } from "@/components/ui/sheet";
import { toastFailure } from "@/components/ui/toast";
import type { Id } from "@/contracts/ids";
import type { WebhookAttemptView, WebhookDeliveryDetail, WebhookEndpointView } from "@/contracts/webhooks";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { DeliveryStateBadge } from "./webhook-status";

/** How soon one that waits is read again: its outcome is a moment away. */
const WAITING_MS = 1_000;

interface DeliverySheetProps {
  id: Id<"msg">;
  endpoint: WebhookEndpointView;
  onClose: () => void;
}

/** One delivery: what was sent, and every answer. */
export function DeliverySheet({ id, endpoint, onClose }: DeliverySheetProps) {
  const delivery = trpc.webhooks.delivery.useQuery(
    { id, endpointId: endpoint.id },
    { refetchInterval: ({ state }) => (state.data?.state === "waiting" ? WAITING_MS : false) },
  );
  const { data, error } = delivery;
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()}>
      <SheetContent title={<span className="mono">{data?.type ?? "Delivery"}</span>} width="lg">
        <div className="space-y-4 p-4">
          {error && <ErrorNotice error={error} onRetry={() => void delivery.refetch()} />}
          {delivery.isPending && <LinesSkeleton />}
          {data && <Delivery delivery={data} endpoint={endpoint} />}
        </div>
      </SheetContent>
    </Sheet>
  );
}

function Delivery({
  delivery,
  endpoint,
}: {
  delivery: WebhookDeliveryDetail;
  endpoint: WebhookEndpointView;
}) {
  const { id, subjectId, attempts, nextAttemptAt, createdAt, finishedAt, body, tried } = delivery;
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <DeliveryStateBadge value={delivery} />
        <Resend delivery={delivery} endpoint={endpoint} />
      </div>
      <KeyValue
        items={[
          { label: "webhook-id", value: <CopyField value={id} label="webhook id" /> },
          { label: "About", value: <CopyField value={subjectId} label="id" /> },
          { label: "Happened", value: <Timestamp value={createdAt} /> },
          { label: "Attempts", value: String(attempts) },
          ...(nextAttemptAt ? [{ label: "Next attempt", value: <Timestamp value={nextAttemptAt} /> }] : []),
          ...(finishedAt ? [{ label: "Finished", value: <Timestamp value={finishedAt} /> }] : []),
        ]}
      />
      <section aria-labelledby="delivery-body">
        <h3 id="delivery-body" className="mb-2 font-medium">
          Body
        </h3>
        <CodeBlock text={indented(body)} copyLabel="Copy body" />
      </section>
      <section aria-labelledby="delivery-attempts">
        <h3 id="delivery-attempts" className="mb-2 font-medium">
          Answers
        </h3>
        {tried.length === 0 ? (
          <p className="text-ink-2">None yet.</p>
        ) : (
          <ol className="space-y-3">
            {tried.map((attempt) => (
              <Attempt key={attempt.number} attempt={attempt} />
            ))}
          </ol>
        )}
      </section>
    </>
  );
}

function Attempt({
  attempt: { number, at, durationMs, status, error, answer },
}: {
  attempt: WebhookAttemptView;
}) {
  return (
    <li className="rounded-lg border px-3 py-2.5">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="font-medium">Attempt {number}</span>
        <span className={error === null ? "text-ok" : "text-bad"}>{error ?? `Answered ${status}`}</span>
        <span className="text-ink-3 tabular-nums">{durationMs.toLocaleString("en")} ms</span>
        <Timestamp value={at} className="ml-auto text-ink-2" />
      </p>
      {answer && <CodeBlock text={answer} copyLabel="Copy answer" className="mt-2" />}
    </li>
  );
}

/** Sends it again, now. */
function Resend({
  delivery: { id, state },
  endpoint,
}: {
  delivery: WebhookDeliveryDetail;
  endpoint: WebhookEndpointView;
}) {
  const mayManage = useMay("webhooks:manage", endpoint.environment);
  const refresh = useRefresh("webhooks");
  const resend = trpc.webhooks.resend.useMutation({
    // The sheet shows what becomes of it.
    onSuccess: refresh,
    onError: toastFailure,
  });
  if (!mayManage || endpoint.disabledAt) return null;
  return (
    <Button
      size="sm"
      pending={resend.isPending}
      onClick={() => resend.mutate({ id, endpointId: endpoint.id })}
    >
      {state === "waiting" ? "Try now" : "Resend"}
    </Button>
  );
}

/** JSON of our own making, to be read. */
function indented(body: string): string {
  return JSON.stringify(JSON.parse(body), null, 2);
}
