"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { Plus, Webhook } from "lucide-react";
import { useState } from "react";
import type { DataTableColumn } from "@/components/data-table-columns";
import { EnvironmentBadge } from "@/components/environment-badge";
import { NothingYet } from "@/components/list-empty";
import { ListSkeleton } from "@/components/list-skeleton";
import { onDemand } from "@/components/on-demand";
import { PageHeader } from "@/components/page-header";
import { PagedTable } from "@/components/paged-table";
import { useMay } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import {
  type RevealedWebhookSecret,
  WEBHOOK_EVENT_TYPES,
  type WebhookEndpointView,
} from "@/contracts/webhooks";
import { cn } from "@/lib/cn";
import { useListState } from "@/lib/use-list-state";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { useBulkDelete } from "./bulk-delete";
import { SetUpByKeyFilter } from "./set-up-by-key";
import { webhookList } from "./webhook-list-state";
import { WebhookStatusBadge } from "./webhook-status";

const CreateWebhookDialog = onDemand(() =>
  import("./create-webhook-dialog").then((module) => module.CreateWebhookDialog),
);
const RevealSecretDialog = onDemand(() =>
  import("./reveal-secret-dialog").then((module) => module.RevealSecretDialog),
);

type Column = DataTableColumn<WebhookEndpointView>;

const COLUMNS: readonly Column[] = [
  {
    id: "url",
    header: "URL",
    link: true,
    grow: true,
    cell: ({ url }) => <Cut mono>{url}</Cut>,
  },
  {
    id: "description",
    header: "Description",
    from: 980,
    cell: ({ description }) =>
      description ? <Cut>{description}</Cut> : <span className="text-ink-3">None</span>,
  },
  {
    id: "environment",
    header: "Environment",
    cell: ({ environment }) => <EnvironmentBadge value={environment} />,
  },
  {
    id: "events",
    header: "Events",
    from: 720,
    cell: ({ events }) => <span title={events.join(", ")}>{howMany(events.length)}</span>,
  },
  { id: "status", header: "Status", cell: (endpoint) => <WebhookStatusBadge value={endpoint} /> },
  {
    id: "createdAt",
    header: "Created",
    from: 860,
    cell: ({ createdAt }) => <Timestamp value={createdAt} />,
  },
];

/** The same list on a phone. */
const NARROW_COLUMNS: readonly Column[] = [
  {
    id: "url",
    header: "Endpoint",
    link: true,
    grow: true,
    placeholderClassName: "h-14",
    cell: ({ url, environment }) => (
      <span className="block min-w-0 py-2">
        <span className="mono block truncate">{url}</span>
        <EnvironmentBadge value={environment} className="mt-0.5 text-xs" />
      </span>
    ),
  },
  { id: "status", header: "Status", cell: (endpoint) => <WebhookStatusBadge value={endpoint} /> },
];

const NONE: WebhookEndpointView[] = [];

const HEADING = {
  title: "Webhooks",
  sub: "URLs of yours that are told what happens, each event with a signature and until it is taken.",
};

/** Text of others, cut where it would push the rest out of sight. */
function Cut({ children, mono = false }: { children: string; mono?: boolean }) {
  return (
    <span className={cn("block truncate", mono ? "mono" : "max-w-44")} title={children}>
      {children}
    </span>
  );
}

function howMany(events: number): string {
  return events === WEBHOOK_EVENT_TYPES.length ? "All" : count(events, "event");
}

/** Holds the place of the list while the server draws it. */
export function WebhooksSkeleton() {
  return (
    <ListSkeleton
      heading={HEADING}
      label="Webhook endpoints"
      columns={COLUMNS}
      narrowColumns={NARROW_COLUMNS}
    />
  );
}

/** The endpoints that events are sent to. */
export function WebhooksScreen() {
  const list = useListState(webhookList);
  const [creating, setCreating] = useState(false);
  const [revealed, setRevealed] = useState<RevealedWebhookSecret | null>(null);
  const mayManage = useMay("webhooks:manage");
  const page = trpc.webhooks.list.useQuery(list.input, { placeholderData: keepPreviousData });
  const bulk = useBulkDelete(page.data?.data ?? NONE);
  const create = () => setCreating(true);
  return (
    <>
      <PageHeader
        {...HEADING}
        actions={
          mayManage && (
            <Button variant="primary" onClick={create}>
              <Plus aria-hidden />
              Create endpoint
            </Button>
          )
        }
      />
      <PagedTable
        label="Webhook endpoints"
        columns={COLUMNS}
        narrowColumns={NARROW_COLUMNS}
        list={list}
        page={page}
        noun="endpoint"
        notAllowed="webhooks"
        filters={list.state.setUpByKey && <SetUpByKeyFilter list={list} id={list.state.setUpByKey} />}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/webhooks/${id}`}
        empty={
          <NothingYet
            icon={Webhook}
            nouns="webhook endpoints"
            environment={list.environment}
            create={
              mayManage
                ? {
                    label: "Create endpoint",
                    text: "Name a URL of yours, and choose what it is told: keys that expire, licences that are revoked, jobs that have failed.",
                    onClick: create,
                  }
                : null
            }
            otherwise="An owner or an admin can set the first one up."
          />
        }
        selection={mayManage ? bulk.selection : undefined}
      />
      {bulk.dialog}
      {creating && (
        <CreateWebhookDialog
          environment={list.environment}
          onCreated={setRevealed}
          onClose={() => setCreating(false)}
        />
      )}
      {revealed && <RevealSecretDialog revealed={revealed} onStored={() => setRevealed(null)} />}
    </>
  );
}
