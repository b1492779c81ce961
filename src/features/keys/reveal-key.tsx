"use client";

import type { ReactNode } from "react";
import { RevealDialog } from "@/components/reveal-dialog";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import type { RevealedKey } from "@/contracts/keys";
import { listOf } from "@/lib/words";
import { FirstCall } from "./first-call";
import { useOwnPermissions } from "./own-permissions";
import { isFullAccess, permissionLabel, powersOf } from "./permission-groups";

interface RevealKeyProps {
  revealed: RevealedKey;
  /** What else the moment calls for: until when the old secret works. */
  description?: ReactNode;
  onStored: () => void;
}

/** Shows a new secret, the only time it exists, with lines for the endpoint that it opens. */
export function RevealKey({ revealed, description, onStored }: RevealKeyProps) {
  return (
    <RevealDialog
      open
      secret={revealed.secret}
      environment={revealed.key.environment}
      warning={warningFor(revealed.key, useOwnPermissions())}
      description={description}
      onStored={onStored}
    >
      {revealed.key.lastUsedAt === null && <FirstCall id={revealed.key.id} since={revealed.key.updatedAt} />}
    </RevealDialog>
  );
}

/** For keys whose loss would be dear: those of production, and those that open everything. */
function warningFor(key: RevealedKey["key"], own: ReturnType<typeof useOwnPermissions>): string | undefined {
  const isFull = isFullAccess(key.permissions);
  if (key.environment !== "production" && !isFull) return undefined;
  const held = isFull ? "full access" : listOf(key.permissions.map((one) => permissionLabel(one, own)));
  const { label } = ENVIRONMENT_DETAILS[key.environment];
  return `${label} key with ${held}. Anyone who holds it can ${powersOf(key.permissions, own)}.`;
}
