"use client";

import { useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ReasonField } from "@/components/reason-field";
import { RelativeText } from "@/components/timestamp";
import { toast } from "@/components/ui/toast";
import type { KeyView } from "@/contracts/keys";
import { revokeKeysSchema } from "@/contracts/schemas/keys";
import { useZodForm } from "@/lib/use-zod-form";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { isLive } from "../key-abilities";

interface RevokeKeysDialogProps {
  values: readonly KeyView[];
  onClose: () => void;
  onRevoked: () => void;
}

/** Asks before several keys are cut off together, all or none. */
export function RevokeKeysDialog({ values, onClose, onRevoked }: RevokeKeysDialogProps) {
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
