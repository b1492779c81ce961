"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import type { Id } from "@/contracts/ids";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { KeyActionDialogs } from "../actions/key-action-dialogs";
import type { AskedAction } from "../key-abilities";
import { DangerZone } from "./danger-zone";
import { KeyAudit } from "./key-audit";
import { KeyDetailSkeleton } from "./key-detail-skeleton";
import { KeyFacts } from "./key-facts";
import { KeyHeader } from "./key-header";
import { KeyNotFound } from "./key-not-found";
import { KeyNotes } from "./key-notes";
import { KeyPermissions } from "./key-permissions";

/** How old "last used" and the fill of the limits may get while somebody watches. */
const REFRESH_MS = 10_000;

interface KeyDetailProps {
  id: Id<"key">;
  /** The key's last calls, which the page hands in: they are another feature. */
  calls: ReactNode;
}

/** Everything about one key, and what can be done to it. */
export function KeyDetail({ id, calls }: KeyDetailProps) {
  const router = useRouter();
  const [asked, setAsked] = useState<AskedAction | null>(null);
  const found = trpc.keys.get.useQuery({ id }, { refetchInterval: REFRESH_MS });
  const key = found.data;
  if (!key) {
    if (describeError(found.error).code === "not_found") return <KeyNotFound />;
    if (found.error) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />;
    return <KeyDetailSkeleton />;
  }
  const ask = (action: AskedAction["action"]) => setAsked({ action, key });
  return (
    <>
      <KeyHeader value={key} onAction={ask} />
      <KeyNotes value={key} />
      {/* The facts come first on a phone, and stand at the right on a wide screen. */}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(300px,1fr)]">
        <KeyFacts value={key} refreshMs={REFRESH_MS} className="lg:order-2" />
        <div className="min-w-0 space-y-4">
          <KeyPermissions permissions={key.permissions} />
          {calls}
          <KeyAudit id={id} />
          <DangerZone value={key} onAction={ask} />
        </div>
      </div>
      <KeyActionDialogs
        asked={asked}
        onClose={() => setAsked(null)}
        onDeleted={() => router.push("/api-keys")}
      />
    </>
  );
}
