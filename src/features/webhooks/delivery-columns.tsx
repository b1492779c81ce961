"use client";

import type { DataTableColumn } from "@/components/data-table-columns";
import { Timestamp } from "@/components/timestamp";
import type { WebhookDeliveryView } from "@/contracts/webhooks";
import { DeliveryStateBadge } from "./webhook-status";

type Column = DataTableColumn<WebhookDeliveryView>;

const NONE = <span className="text-ink-3">None</span>;

export const DELIVERY_COLUMNS: readonly Column[] = [
  {
    id: "type",
    header: "Event",
    link: true,
    grow: true,
    cell: ({ type }) => <span className="mono block truncate">{type}</span>,
  },
  { id: "state", header: "State", cell: (delivery) => <DeliveryStateBadge value={delivery} /> },
  {
    id: "status",
    header: "Answer",
    from: 560,
    cell: ({ status }) => (status === null ? NONE : <span className="tabular-nums">{status}</span>),
  },
  {
    id: "subject",
    header: "About",
    from: 860,
    cell: ({ subjectId }) => <span className="mono text-ink-2">{subjectId}</span>,
  },
  {
    id: "attempts",
    header: "Attempts",
    from: 720,
    cell: ({ attempts }) => <span className="tabular-nums">{attempts}</span>,
  },
  {
    id: "createdAt",
    header: "Happened",
    from: 480,
    cell: ({ createdAt }) => <Timestamp value={createdAt} />,
  },
];
