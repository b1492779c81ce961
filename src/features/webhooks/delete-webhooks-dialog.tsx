"use client";

import { useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { toast } from "@/components/ui/toast";
import type { WebhookEndpointView } from "@/contracts/webhooks";
import { describeError } from "@/lib/errors";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { WebhookStatusBadge } from "./webhook-status";

interface DeleteWebhooksDialogProps {
  values: readonly WebhookEndpointView[];
  onClose: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Asks before several endpoints are deleted, one after the other. At the first that cannot be it stops, says which are gone, and goes on
 * with the rest when asked again.
 */
export function DeleteWebhooksDialog({ values, onClose }: DeleteWebhooksDialogProps) {
  const refresh = useRefresh("webhooks");
  const { mutateAsync } = trpc.webhooks.delete.useMutation();
  const [gone, setGone] = useState(NONE);
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const what = count(values.length, "endpoint");
  const deleteAll = async () => {
    for (const { id } of values) {
      if (gone.has(id)) continue;
      await mutateAsync({ id }).catch((error) => {
        // Somebody else was faster.
        if (describeError(error).code !== "not_found") throw error;
      });
      setGone((before) => new Set([...before, id]));
    }
  };
  const confirm = () => {
    setPending(true);
    setFailure(null);
    deleteAll()
      .then(() => {
        toast({ text: `Deleted ${what}.` });
        onClose();
      }, setFailure)
      .finally(() => {
        setPending(false);
        refresh();
      });
  };
  return (
    <ConfirmDialog
      onClose={onClose}
      title={`Delete ${what}?`}
      confirmLabel="Delete"
      onConfirm={confirm}
      typedName={`delete ${what}`}
      pending={pending}
      error={failure}
    >
      <ul className="max-h-48 divide-y overflow-y-auto rounded-lg border text-sm">
        {values.map((endpoint) => (
          <li key={endpoint.id} className="flex items-baseline justify-between gap-3 px-3 py-1.5">
            <span className="mono min-w-0 truncate text-ink" title={endpoint.url}>
              {endpoint.url}
            </span>
            {gone.has(endpoint.id) ? (
              <span className="shrink-0 text-xs">Deleted</span>
            ) : (
              <WebhookStatusBadge value={endpoint} />
            )}
          </li>
        ))}
      </ul>
      <p>
        Their deliveries go with them, those that wait as well, and their signing secrets are destroyed. This
        cannot be undone.
      </p>
    </ConfirmDialog>
  );
}
