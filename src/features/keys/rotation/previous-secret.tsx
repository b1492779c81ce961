"use client";

import { ErrorNotice } from "@/components/error-notice";
import { RelativeText } from "@/components/timestamp";
import { Skeleton } from "@/components/ui/skeleton";
import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import { useReached } from "@/lib/use-reached";
import { trpc } from "@/trpc/client";
import { ClockTime } from "../clock-time";
import { isLive } from "../key-abilities";
import { SecretCallers } from "./secret-callers";

/** How old the use of the secrets may get while somebody watches. */
const REFRESH_MS = 10_000;

/** Who uses which secret of a key. Asked for only while two of them work. */
export function useKeySecrets(id: Id<"key">, inOverlap: boolean) {
  return trpc.usage.secrets.useQuery({ id }, { enabled: inOverlap, refetchInterval: REFRESH_MS });
}

/** Whether two secrets of the key work at this moment, also while the page stays open past the end of the overlap. */
export function useInOverlap({ overlapUntil }: Pick<KeyView, "overlapUntil">): boolean {
  const over = useReached(overlapUntil);
  return overlapUntil !== null && !over;
}

/**
 * Whether ending the overlap would hit production traffic, so that the name has to be typed. While the server is still
 * being asked it counts as live: a quick hand must not be faster than the warning.
 */
export function isPreviousLive(key: KeyView, secrets: ReturnType<typeof useKeySecrets>): boolean {
  if (key.environment !== "production" || key.status !== "active") return false;
  if (!secrets.data) return true;
  const lastUsedAt = secrets.data.previous?.lastAt ?? null;
  return isLive({ ...key, lastUsedAt }, Date.now());
}

interface PreviousSecretProps {
  value: KeyView;
  secrets: ReturnType<typeof useKeySecrets>;
}

/** The secret that ends before its time: which one, until when it was promised, and who would miss it. */
export function PreviousSecret({ value: { previousMaskedKey, overlapUntil }, secrets }: PreviousSecretProps) {
  const previous = secrets.data?.previous;
  return (
    <section aria-label="Previous secret" className="space-y-2">
      <p>
        The previous secret {previousMaskedKey && <span className="mono text-ink">{previousMaskedKey}</span>}{" "}
        {overlapUntil && (
          <>
            was to work until <ClockTime value={overlapUntil} />
          </>
        )}{" "}
        and stops at once, with 401 <code className="mono">key_invalid</code>.{" "}
        {previous &&
          (previous.lastAt ? (
            <span className="text-ink">
              Last used <RelativeText value={previous.lastAt} />.
            </span>
          ) : (
            "No call has come with it since it was replaced."
          ))}
      </p>
      {secrets.error && <ErrorNotice error={secrets.error} onRetry={() => void secrets.refetch()} />}
      {secrets.isPending && (
        <div aria-busy className="h-14 space-y-2 rounded-lg border p-3">
          <Skeleton className="w-64" />
        </div>
      )}
      {previous && <SecretCallers use={previous} />}
    </section>
  );
}
