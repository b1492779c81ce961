"use client";

import { useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { DeleteDialog } from "@/components/delete-dialog";
import { ReasonField } from "@/components/reason-field";
import { RelativeText } from "@/components/timestamp";
import { toast } from "@/components/ui/toast";
import { type KeyView, keyStatus } from "@/contracts/keys";
import { revokeKeySchema } from "@/contracts/schemas/keys";
import { useZodForm } from "@/lib/use-zod-form";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { useRefresh, useRefreshWithout } from "@/trpc/use-refresh";
import { ApprovalTakenNote } from "../approvals/approval-note";
import { approvalTaken, useAskApproval } from "../approvals/use-ask-approval";
import { isLive } from "../key-abilities";
import { useMade } from "../made";
import { KeyTrafficTable } from "./key-traffic";
import { MadeChoice, MadeGoesOn } from "./made-choice";

interface RevokeKeyDialogProps {
  apiKey: KeyView;
  onClose: () => void;
}

/** Asks before a key is cut off, and says what that cuts. */
export function RevokeKeyDialog({ apiKey, onClose }: RevokeKeyDialogProps) {
  const [live] = useState(() => isLive(apiKey, Date.now()));
  const revoke = trpc.keys.revoke.useMutation();
  const revokeWithMade = trpc.keys.revokeWithMade.useMutation();
  const made = useMade(apiKey);
  const [cutsOffMade, setCutsOffMade] = useState(false);
  const refresh = useRefresh("keys");
  const form = useZodForm({
    defaultValues: { reason: "" },
    schema: revokeKeySchema,
    toInput: ({ reason }) => ({ id: apiKey.id, reason }),
    async send(input) {
      const also = cutsOffMade ? alsoCutOff(await revokeWithMade.mutateAsync(input)) : "";
      if (!cutsOffMade) await revoke.mutateAsync(input);
      refresh();
      toast({ text: `Revoked “${apiKey.name}”${also}. Calls are refused from now on.` });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      onClose={onClose}
      title={`Revoke ${apiKey.name}?`}
      confirmLabel="Revoke"
      onConfirm={form.submit}
      typedName={live ? apiKey.name : undefined}
      pending={form.pending}
      error={form.failure}
    >
      <p>
        <WhatItCuts apiKey={apiKey} /> Integrations get 401 <code className="mono">key_revoked</code> on their
        next call.
      </p>
      <p>The key can be reactivated; then the same secret works again.</p>
      <KeyTrafficTable id={apiKey.id} />
      {made && <MadeChoice made={made} isChosen={cutsOffMade} choose={setCutsOffMade} />}
      <ReasonField
        control={form.control}
        name="reason"
        hint="Whoever looks at the key sees it while the key is inactive."
      />
    </ConfirmDialog>
  );
}

/** What was cut off with a key, as it goes on in a sentence. */
function alsoCutOff({ others, endpoints }: { others: number; endpoints: number }): string {
  const keys = others > 0 ? `, and ${count(others, "key")} that it had made, or had the secret of` : "";
  return endpoints > 0 ? `${keys}, and disabled ${count(endpoints, "webhook endpoint")}` : keys;
}

function WhatItCuts({ apiKey }: { apiKey: KeyView }) {
  if (!apiKey.lastUsedAt) return "This key was never used.";
  return (
    <>
      Last used <RelativeText value={apiKey.lastUsedAt} />
      {apiKey.lastUsedIp && (
        <>
          {" "}
          from <span className="mono text-ink">{apiKey.lastUsedIp}</span>
        </>
      )}
      {apiKey.lastUsedRoute && (
        <>
          , <span className="mono text-ink">{apiKey.lastUsedRoute}</span>
        </>
      )}
      .
    </>
  );
}

interface ReactivateKeyDialogProps {
  apiKey: KeyView;
  onClose: () => void;
}

/** Asks before a revoked key works again. */
export function ReactivateKeyDialog({ apiKey, onClose }: ReactivateKeyDialogProps) {
  const reactivate = trpc.keys.reactivate.useMutation();
  const refresh = useRefresh("keys");
  const ask = useAskApproval();
  const rule = approvalTaken(reactivate.error);
  const confirm = () => {
    if (rule) {
      // Refused where it takes nobody any more: the next press reactivates it.
      const onError = () => reactivate.reset();
      ask.mutate({ kind: "reactivate", input: { id: apiKey.id } }, { onSuccess: onClose, onError });
      return;
    }
    reactivate.mutate(
      { id: apiKey.id },
      {
        onSuccess: () => {
          refresh();
          toast({ text: `Reactivated “${apiKey.name}”.` });
          onClose();
        },
      },
    );
  };
  return (
    <ConfirmDialog
      onClose={onClose}
      title={`Reactivate ${apiKey.name}?`}
      confirmLabel={rule ? "Ask for approval" : "Reactivate"}
      tone="primary"
      onConfirm={confirm}
      pending={reactivate.isPending || ask.isPending}
      error={ask.error ?? (rule ? null : reactivate.error)}
    >
      {apiKey.revokedAt && (
        <p>
          Revoked <RelativeText value={apiKey.revokedAt} />
          {apiKey.revokedBy && ` by ${apiKey.revokedBy}`}
          {apiKey.revokedReason && `: “${apiKey.revokedReason}”`}.
        </p>
      )}
      <p>{isPastExpiry(apiKey) ? STILL_EXPIRED : WORKS_AGAIN}</p>
      {rule && <ApprovalTakenNote rule={rule} />}
    </ConfirmDialog>
  );
}

const WORKS_AGAIN =
  "The same secret works again on the next call. If it may have leaked, regenerate the key first.";
const STILL_EXPIRED =
  "Its expiry has passed, so it will be Expired, not Active. Set a later expiry to make it work again.";

function isPastExpiry({ expiresAt }: KeyView): boolean {
  return (
    keyStatus({ revokedAt: null, expiresAt: expiresAt ? new Date(expiresAt) : null }, new Date()) ===
    "expired"
  );
}

interface DeleteKeyDialogProps {
  apiKey: KeyView;
  onClose: () => void;
  onDeleted: (() => void) | undefined;
}

/** Asks before a key is gone for good. Its name is always typed: nothing brings it back. */
export function DeleteKeyDialog({ apiKey, onClose, onDeleted }: DeleteKeyDialogProps) {
  const refreshWithout = useRefreshWithout("keys");
  const mutation = trpc.keys.delete.useMutation({ onSuccess: (_, { id }) => refreshWithout(id) });
  return (
    <DeleteDialog
      title={`Delete ${apiKey.name}?`}
      typedName={apiKey.name}
      mutation={mutation}
      input={{ id: apiKey.id, name: apiKey.name }}
      done={`Deleted “${apiKey.name}”. Its history stays.`}
      onDeleted={onDeleted}
      onClose={onClose}
    >
      <p>
        The key and its secret are gone for good: it cannot be reactivated or regenerated. Logs, audit and
        what the key has made keep its id and name.
      </p>
      <MadeGoesOn apiKey={apiKey} />
      <KeyTrafficTable id={apiKey.id} />
    </DeleteDialog>
  );
}
