"use client";

import { ErrorNotice } from "@/components/error-notice";
import type { KeyView } from "@/contracts/keys";
import { rateLimitsSchema } from "@/contracts/keys";
import { grants, type Permission } from "@/contracts/permissions";
import { useDebounced } from "@/lib/use-debounced";
import { trpc } from "@/trpc/client";
import { isCatalogued } from "../permission-groups";
import { LimitReplayText, PermissionReplayText } from "../replay-text";
import { type KeyFormValues, toRateLimits } from "./key-form-values";

const SETTLE_MS = 400;

/** What taking permissions away would have done to past calls. Absent while nothing is taken away. */
export function PermissionsReplay({ value, permissions }: { value: KeyView; permissions: Permission[] }) {
  const chosen = useDebounced(permissions, SETTLE_MS);
  const loses = value.permissions.filter(isCatalogued).some((one) => !grants(chosen, one));
  const replay = trpc.usage.replayPermissions.useQuery(
    { id: value.id, permissions: chosen },
    { enabled: loses && chosen.length > 0, placeholderData: (before) => before },
  );
  if (!loses || chosen.length === 0) return null;
  return (
    <div aria-live="polite" className="mt-3 min-h-9">
      {replay.error && <ErrorNotice error={replay.error} onRetry={() => void replay.refetch()} />}
      {replay.data && <PermissionReplayText value={replay.data} />}
    </div>
  );
}

/** What other limits would have done to past calls. Absent while they are the key's own. */
export function LimitsReplay({ value, texts }: { value: KeyView; texts: KeyFormValues["rateLimits"] }) {
  const settled = useDebounced(texts, SETTLE_MS);
  const limits = rateLimitsSchema.safeParse(toRateLimits(settled));
  const differs = limits.success && JSON.stringify(limits.data) !== JSON.stringify(value.rateLimits);
  const replay = trpc.usage.replayLimits.useQuery(
    { id: value.id, rateLimits: limits.data ?? value.rateLimits },
    { enabled: differs, placeholderData: (before) => before },
  );
  if (!differs) return null;
  return (
    <div aria-live="polite" className="mt-3 min-h-9">
      {replay.error && <ErrorNotice error={replay.error} onRetry={() => void replay.refetch()} />}
      {replay.data && <LimitReplayText value={replay.data} />}
    </div>
  );
}
