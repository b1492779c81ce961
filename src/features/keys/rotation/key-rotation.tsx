"use client";

import { ErrorNotice } from "@/components/error-notice";
import { useMay } from "@/components/session-context";
import { RelativeText, Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { MINUTE_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import type { KeySecrets, SecretUse } from "@/contracts/usage";
import { useReached } from "@/lib/use-reached";
import { trpc } from "@/trpc/client";
import { ClockTime } from "../clock-time";
import { isLive, KEY_ACTIONS } from "../key-abilities";

interface KeyRotationProps {
  apiKey: KeyView;
  onEnd: () => void;
}

/** While two secrets of the key work: who still uses the previous one, and so whether it can end. */
export function KeyRotation({ apiKey, onEnd }: KeyRotationProps) {
  const inOverlap = useInOverlap(apiKey) && apiKey.status === "active";
  const secrets = useKeySecrets(apiKey.id, inOverlap);
  const mayEnd = useMay("keys:manage");
  if (!inOverlap || !apiKey.overlapUntil) return null;
  return (
    <Card aria-labelledby="rotation-title">
      <CardHeader>
        <CardTitle id="rotation-title">Rotation</CardTitle>
        <span className="ml-auto text-sm text-warn">
          both secrets work until <ClockTime value={apiKey.overlapUntil} />
        </span>
        {mayEnd && (
          <Button size="sm" onClick={onEnd}>
            {KEY_ACTIONS.endOverlap}
          </Button>
        )}
      </CardHeader>
      <CardContent className="space-y-5">
        {secrets.error && <ErrorNotice error={secrets.error} onRetry={() => void secrets.refetch()} />}
        {secrets.isPending && <Skeleton className="w-64" />}
        {secrets.data?.previous && (
          <Secret
            title="Previous secret"
            maskedKey={secrets.data.previous.maskedKey}
            use={secrets.data.previous}
          >
            <PreviousState secrets={secrets.data} />
          </Secret>
        )}
        {secrets.data && (
          <Secret
            title="Current secret"
            maskedKey={secrets.data.current.maskedKey}
            use={secrets.data.current}
          >
            {secrets.data.current.lastAt ? (
              <>
                In use, last <RelativeText value={secrets.data.current.lastAt} />
              </>
            ) : (
              <span className="text-warn">
                Not used yet: made <RelativeText value={secrets.data.since} />
              </span>
            )}
          </Secret>
        )}
      </CardContent>
    </Card>
  );
}

/** After so long without a call the previous secret is called silent. */
const QUIET_MS = 15 * MINUTE_MS;

function PreviousState({ secrets: { previous, since } }: { secrets: KeySecrets }) {
  const lastAt = previous?.lastAt ?? null;
  const quiet = useReached(lastAt, -QUIET_MS);
  if (lastAt && !quiet) {
    return (
      <span className="text-warn">
        In use, last <Timestamp value={lastAt} />
      </span>
    );
  }
  return (
    <span className="text-ok">
      Silent: {lastAt ? "last used" : "not used since it was replaced"} <Timestamp value={lastAt ?? since} />
    </span>
  );
}

interface SecretProps {
  title: string;
  maskedKey: string | null;
  use: SecretUse;
  children: React.ReactNode;
}

function Secret({ title, maskedKey, use, children }: SecretProps) {
  return (
    <section className="space-y-2">
      <h3 className="flex flex-wrap items-baseline gap-x-3 text-sm">
        <span className="font-medium">{title}</span>
        {maskedKey && <span className="mono text-ink-2">{maskedKey}</span>}
        <span className="ml-auto font-normal">{children}</span>
      </h3>
      <SecretCallers use={use} />
    </section>
  );
}

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
  apiKey: KeyView;
  secrets: ReturnType<typeof useKeySecrets>;
}

/** The secret that ends before its time: which one, until when it was promised, and who would miss it. */
export function PreviousSecret({
  apiKey: { previousMaskedKey, overlapUntil },
  secrets,
}: PreviousSecretProps) {
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

const UNKNOWN = { address: "unknown address", agent: "no agent named", route: "no such route" };

/** Who called with a secret: from where, by what program, to which route, and when last. Nothing where nobody did. */
function SecretCallers({ use }: { use: SecretUse }) {
  if (use.callers.length === 0) return null;
  return (
    <>
      <ul className="divide-y rounded-lg border text-sm">
        {use.callers.map(({ address, agent, route, calls, lastAt }) => (
          <li
            key={`${address} ${agent} ${route}`}
            className="flex flex-wrap items-baseline justify-between gap-x-4 px-3 py-1.5"
          >
            <span className="min-w-0 flex-1 basis-52 break-words">
              <span className="mono">{address ?? UNKNOWN.address}</span>{" "}
              <span className="mono text-ink-2">{route ?? UNKNOWN.route}</span>
              <span className="block break-all text-ink-3 text-xs">{agent ?? UNKNOWN.agent}</span>
            </span>
            <span className="text-ink-2 tabular-nums">
              {calls.toLocaleString("en")} × <Timestamp value={lastAt} />
            </span>
          </li>
        ))}
      </ul>
      {use.capped && (
        <p className="text-ink-3 text-xs">Of the latest {use.calls.toLocaleString("en")} calls.</p>
      )}
    </>
  );
}
