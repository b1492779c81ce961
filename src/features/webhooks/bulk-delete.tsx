"use client";

import { type ReactNode, useState } from "react";
import type { DataTableSelection } from "@/components/data-table-selection";
import { onDemand } from "@/components/on-demand";
import { Button } from "@/components/ui/button";
import type { WebhookEndpointView } from "@/contracts/webhooks";

const DeleteWebhooksDialog = onDemand(() =>
  import("./delete-webhooks-dialog").then((module) => module.DeleteWebhooksDialog),
);

const NONE: ReadonlySet<string> = new Set();

/**
 * Ticking endpoints, and deleting what is ticked: a stolen key may have left as many as an environment may have. Only those on the page
 * count as ticked: nobody deletes what they cannot see.
 */
export function useBulkDelete(rows: readonly WebhookEndpointView[]): {
  selection: DataTableSelection<WebhookEndpointView>;
  dialog: ReactNode;
} {
  const [ticked, setTicked] = useState(NONE);
  const [asking, setAsking] = useState<WebhookEndpointView[] | null>(null);
  const chosen = rows.filter(({ id }) => ticked.has(id));
  const selection: DataTableSelection<WebhookEndpointView> = {
    selected: new Set(chosen.map(({ id }) => id)),
    onChange: setTicked,
    rowLabel: ({ url }) => url,
    actions: (
      <Button variant="danger" size="sm" onClick={() => setAsking(chosen)}>
        Delete
      </Button>
    ),
  };
  const dialog = asking && <DeleteWebhooksDialog values={asking} onClose={() => setAsking(null)} />;
  return { selection, dialog };
}
