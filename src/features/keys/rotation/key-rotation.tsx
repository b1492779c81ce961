"use client";

import { ErrorNotice } from "@/components/error-notice";
import { RelativeText, Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { MINUTE_MS } from "@/contracts/durations";
import type { KeyView } from "@/contracts/keys";
import { roleAllows } from "@/contracts/roles";
import type { KeySecrets, SecretUse } from "@/contracts/usage";
import { useReached } from "@/lib/use-reached";
import { ClockTime } from "../clock-time";
import { KEY_ACTIONS } from "../key-abilities";
import { useRole } from "../use-role";
import { useInOverlap, useKeySecrets } from "./previous-secret";
import { SecretCallers } from "./secret-callers";

interface KeyRotationProps {
  value: KeyView;
  onEnd: () => void;
}

/** While two secrets of the key work: who still uses the previous one, and so whether it can end. */
export function KeyRotation({ value, onEnd }: KeyRotationProps) {
  const inOverlap = useInOverlap(value) && value.status === "active";
  const secrets = useKeySecrets(value.id, inOverlap);
  const mayEnd = roleAllows(useRole(), "keys:manage");
  if (!inOverlap || !value.overlapUntil) return null;
  return (
    <Card aria-labelledby="rotation-title">
      <CardHeader>
        <CardTitle id="rotation-title">Rotation</CardTitle>
        <span className="ml-auto text-sm text-warn">
          both secrets work until <ClockTime value={value.overlapUntil} />
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
