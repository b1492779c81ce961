"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { Webhook } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { FilterChip } from "@/components/filter-chip";
import { onDemand } from "@/components/on-demand";
import { PagedTable } from "@/components/paged-table";
import type { Id } from "@/contracts/ids";
import {
  WEBHOOK_DELIVERY_KEPT_DAYS,
  WEBHOOK_DELIVERY_STATE_NAMES,
  WEBHOOK_DELIVERY_STATES,
  type WebhookEndpointView,
} from "@/contracts/webhooks";
import { useListState } from "@/lib/use-list-state";
import type { useOpenRow } from "@/lib/use-open-row";
import { trpc } from "@/trpc/client";
import { DELIVERY_COLUMNS } from "./delivery-columns";
import { deliveriesInput, deliveryList } from "./webhook-list-state";

const DeliverySheet = onDemand(() => import("./delivery-sheet").then((module) => module.DeliverySheet));

/** How soon the list is read again: what waits is sent meanwhile. */
export const REFRESH_MS = 5_000;

const STATE_OPTIONS = WEBHOOK_DELIVERY_STATE_NAMES.map((value) => ({
  value,
  label: WEBHOOK_DELIVERY_STATES[value],
}));

interface DeliveryListProps {
  endpoint: WebhookEndpointView;
  /** The one that is open beside the list. */
  delivery: ReturnType<typeof useOpenRow<Id<"msg">>>;
}

/** What was sent to an endpoint, and what waits to be, newest first. */
export function DeliveryList({ endpoint, delivery }: DeliveryListProps) {
  const list = useListState(deliveryList);
  const { state, change } = list;
  const page = trpc.webhooks.deliveries.useQuery(deliveriesInput(endpoint.id, state), {
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
  return (
    <section aria-labelledby="deliveries-title" className="min-w-0">
      <h2 id="deliveries-title" className="mb-2 font-medium">
        Deliveries
      </h2>
      <PagedTable
        label="Deliveries"
        columns={DELIVERY_COLUMNS}
        list={list}
        page={page}
        noun="delivery"
        notAllowed="webhooks"
        filters={
          <FilterChip
            label="State"
            options={STATE_OPTIONS}
            value={state.states}
            onChange={(states) => change({ states })}
          />
        }
        rowKey={({ id }) => id}
        rowHref={({ id }) => delivery.hrefOf(id)}
        onRowOpen={({ id }) => delivery.show(id)}
        empty={
          <EmptyState
            icon={Webhook}
            title="Nothing was sent yet"
            text={`Send a test event, or wait until something happens. Deliveries are kept for ${WEBHOOK_DELIVERY_KEPT_DAYS} days.`}
          />
        }
      />
      {delivery.open && (
        <DeliverySheet key={delivery.open} id={delivery.open} endpoint={endpoint} onClose={delivery.close} />
      )}
    </section>
  );
}
