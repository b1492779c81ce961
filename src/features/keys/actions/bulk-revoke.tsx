"use client";

import { type ReactNode, useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import type { DataTableSelection } from "@/components/data-table-selection";
import { ReasonField } from "@/components/reason-field";
import { RelativeText } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { type KeyView, revokeKeysSchema } from "@/contracts/keys";
import { useZodForm } from "@/lib/use-zod-form";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { isLive } from "../key-abilities";

const NONE: ReadonlySet<string> = new Set();

/**
 * Ticking rows, and revoking what is ticked. Only rows that are on the page count as ticked: nobody revokes what they
 * cannot see.
 */
export function useBulkRevoke(rows: readonly KeyView[]): {
  selection: DataTableSelection<KeyView>;
  dialog: ReactNode;
} {
  const [ticked, setTicked] = useState(NONE);
  const [asking, setAsking] = useState<KeyView[] | null>(null);
  const chosen = rows.filter((key) => ticked.has(key.id) && isRevocable(key));
  const selection: DataTableSelection<KeyView> = {
    selected: new Set(chosen.map((key) => key.id)),
    onChange: setTicked,
    rowLabel: (key) => key.name,
    selectable: isRevocable,
    actions: (
      <Button variant="danger" size="sm" onClick={() => setAsking(chosen)}>
        Revoke
      </Button>
    ),
  };
  const dialog = asking && (
    <RevokeKeysDialog
      values={asking}
      onClose={() => setAsking(null)}
      onRevoked={() => {
        setAsking(null);
        setTicked(NONE);
      }}
    />
  );
  return { selection, dialog };
}

function isRevocable(key: KeyView): boolean {
  return key.revokedAt === null;
}

interface RevokeKeysDialogProps {
  values: readonly KeyView[];
  onClose: () => void;
  onRevoked: () => void;
}

/** Asks before several keys are cut off together, all or none. */
function RevokeKeysDialog({ values, onClose, onRevoked }: RevokeKeysDialogProps) {
  const [live] = useState(() => values.filter((key) => isLive(key, Date.now())).length);
  const revoke = trpc.keys.revokeMany.useMutation();
  const refresh = useRefresh("keys");
  const form = useZodForm({
    defaultValues: { reason: "" },
    schema: revokeKeysSchema,
    toInput: ({ reason }) => ({ ids: values.map((key) => key.id), reason }),
    async send(input) {
      const { revoked } = await revoke.mutateAsync(input);
      refresh();
      toast({ text: `Revoked ${count(revoked.length, "key")}. Their calls are refused from now on.` });
      onRevoked();
    },
  });
  return (
    <ConfirmDialog
      onClose={onClose}
      title={`Revoke ${count(values.length, "key")}?`}
      confirmLabel="Revoke"
      onConfirm={form.submit}
      typedName={live > 0 ? `revoke ${count(values.length, "key")}` : undefined}
      pending={form.pending}
      error={form.failure}
    >
      <ul className="max-h-48 divide-y overflow-y-auto rounded-lg border text-sm">
        {values.map((key) => (
          <li key={key.id} className="flex items-baseline justify-between gap-3 px-3 py-1.5">
            <span className="min-w-0 truncate text-ink">{key.name}</span>
            <span className="shrink-0 text-xs tabular-nums">
              {key.lastUsedAt ? (
                <>
                  used <RelativeText value={key.lastUsedAt} />
                </>
              ) : (
                "never used"
              )}
            </span>
          </li>
        ))}
      </ul>
      <p>
        {live > 0 && `${count(live, "production key")} with calls in the last 24 hours. `}
        Integrations get 401 <code className="mono">key_revoked</code> on their next call. Each key can be
        reactivated.
      </p>
      <ReasonField
        control={form.control}
        name="reason"
        hint="Whoever looks at the key sees it while the key is inactive."
      />
    </ConfirmDialog>
  );
}
