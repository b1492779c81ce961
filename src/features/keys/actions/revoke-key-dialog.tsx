"use client";

import { useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ReasonField } from "@/components/reason-field";
import { RelativeText } from "@/components/timestamp";
import { useToast } from "@/components/ui/toast";
import type { KeyView } from "@/contracts/keys";
import { trpc } from "@/trpc/client";
import { isLive } from "../key-abilities";
import { useRefreshKeys } from "../use-refresh-keys";
import { KeyTrafficTable } from "./key-traffic";

interface RevokeKeyDialogProps {
  value: KeyView;
  onClose: () => void;
}

/** Asks before a key is cut off, and says what that cuts. */
export function RevokeKeyDialog({ value, onClose }: RevokeKeyDialogProps) {
  const [reason, setReason] = useState("");
  const [live] = useState(() => isLive(value, Date.now()));
  const revoke = trpc.keys.revoke.useMutation();
  const refresh = useRefreshKeys();
  const { toast } = useToast();
  const confirm = () =>
    revoke.mutate(
      { id: value.id, reason },
      {
        onSuccess: () => {
          refresh();
          toast({ text: `Revoked “${value.name}”. Its calls are refused from now on.` });
          onClose();
        },
      },
    );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Revoke ${value.name}?`}
      confirmLabel="Revoke"
      onConfirm={confirm}
      typedName={live ? value.name : undefined}
      pending={revoke.isPending}
      error={revoke.error}
    >
      <p>
        <WhatItCuts value={value} /> Integrations get 401 <code className="mono">key_revoked</code> on their
        next call.
      </p>
      <p>The key can be reactivated; then the same secret works again.</p>
      <KeyTrafficTable id={value.id} />
      <ReasonField
        value={reason}
        onChange={setReason}
        hint="Whoever looks at the key sees it while the key is inactive."
      />
    </ConfirmDialog>
  );
}

function WhatItCuts({ value }: { value: KeyView }) {
  if (!value.lastUsedAt) return "This key was never used.";
  return (
    <>
      Last used <RelativeText value={value.lastUsedAt} />
      {value.lastUsedIp && (
        <>
          {" "}
          from <span className="mono text-ink">{value.lastUsedIp}</span>
        </>
      )}
      {value.lastUsedRoute && (
        <>
          , <span className="mono text-ink">{value.lastUsedRoute}</span>
        </>
      )}
      .
    </>
  );
}
