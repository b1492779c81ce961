"use client";

import { ErrorNotice } from "@/components/error-notice";
import { CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import type { ClockView } from "@/contracts/settings";
import { durationText } from "@/lib/duration";
import { trpc } from "@/trpc/client";
import { SettingsSection } from "./section";

/** Whether the machine's clock is right, and what to do where it is not. Nothing to set. */
export function ClockSection() {
  const clock = trpc.settings.clock.useQuery();
  return (
    <SettingsSection
      id="clock"
      title="Clock"
      description={<p>Keyward goes by the clock of Postgres, so that all its processes agree.</p>}
    >
      <CardContent>
        {clock.error ? (
          <ErrorNotice error={clock.error} onRetry={() => void clock.refetch()} />
        ) : clock.data ? (
          <ClockStatement {...clock.data} />
        ) : (
          <Skeleton className="w-72" />
        )}
      </CardContent>
    </SettingsSection>
  );
}

/** Of the process that answers this page: where several serve, each on its machine. */
export function ClockStatement({ skewMs, isOff }: ClockView) {
  if (!isOff) return <p>The clock of the machine that answers this page agrees with Postgres’.</p>;
  return (
    <>
      <p className="text-warn">
        The clock of the machine that answers this page is {durationText(Math.abs(skewMs))}{" "}
        {skewMs < 0 ? "behind" : "ahead of"} Postgres’.
      </p>
      <p className="mt-1 text-pretty text-ink-2 text-sm">
        Expiry, limits and sessions hold all the same; times in the log that the process prints are off by as
        much. Let NTP keep that clock (<code className="mono">timedatectl set-ntp true</code>). Should
        Postgres’ be the wrong one, set it soon: keys expire by it. Nothing needs a restart.
      </p>
    </>
  );
}
