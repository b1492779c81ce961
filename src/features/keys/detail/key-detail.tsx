"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import type { Id } from "@/contracts/ids";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { KeyActionDialogs } from "../actions/key-action-dialogs";
import { type AskedAction, isOffered, type KeyAction } from "../key-abilities";
import { KeyRotation } from "../rotation/key-rotation";
import { useRole } from "../use-role";
import { DangerZone } from "./danger-zone";
import { KeyAudit } from "./key-audit";
import { KeyDetailSkeleton } from "./key-detail-skeleton";
import { KeyFacts } from "./key-facts";
import { KeyHeader } from "./key-header";
import { KeyNotFound } from "./key-not-found";
import { KeyNotes } from "./key-notes";
import { KeyPermissions } from "./key-permissions";
import { KeyQuickStart } from "./key-quick-start";

/** How old "last used" and the fill of the limits may get while somebody watches. */
const REFRESH_MS = 10_000;

interface KeyDetailProps {
  id: Id<"key">;
  /** The action that the address asked for; taken up once, and told so. */
  linked: KeyAction | null;
  onLinked: () => void;
  /** Belong to others, so the page hands them in. */
  findings: ReactNode;
  usage: ReactNode;
  calls: ReactNode;
  jobs: ReactNode;
}

/** Everything about one key, and what can be done to it. */
export function KeyDetail({ id, linked, onLinked, findings, usage, calls, jobs }: KeyDetailProps) {
  const router = useRouter();
  const [asked, setAsked] = useState<AskedAction | null>(null);
  const found = trpc.keys.get.useQuery({ id }, { refetchInterval: REFRESH_MS });
  const key = found.data;
  const role = useRole();
  useEffect(() => {
    if (linked === null || !key) return;
    if (isOffered(linked, key, role)) setAsked({ action: linked, key });
    onLinked();
  }, [linked, onLinked, key, role]);
  // Also where it is still shown: somebody has deleted it meanwhile.
  if (describeError(found.error).code === "not_found") return <KeyNotFound />;
  if (!key) {
    if (found.error) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />;
    return <KeyDetailSkeleton />;
  }
  const ask = (action: AskedAction["action"]) => setAsked({ action, key });
  return (
    <>
      <KeyHeader value={key} onAction={ask} />
      {found.error && (
        <ErrorNotice error={found.error} onRetry={() => void found.refetch()} className="mb-4" />
      )}
      <KeyNotes value={key} />
      {/* The facts come first on a phone, and stand at the right on a wide screen. */}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(300px,1fr)]">
        <KeyFacts value={key} refreshMs={REFRESH_MS} className="lg:order-2" />
        <div className="min-w-0 space-y-4">
          <KeyRotation value={key} onEnd={() => ask("endOverlap")} />
          {findings}
          {usage}
          <KeyPermissions value={key} refreshMs={REFRESH_MS} onTrim={() => ask("trim")} />
          {calls}
          {jobs}
          <KeyQuickStart value={key} />
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
