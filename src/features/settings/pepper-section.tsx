"use client";

import { ErrorNotice } from "@/components/error-notice";
import { CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import type { PepperView } from "@/contracts/settings";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { SettingsSection } from "./section";

/** How far a change of the pepper has come. Nothing to set: peppers are kept outside of the database. */
export function PepperSection() {
  const pepper = trpc.settings.pepper.useQuery();
  return (
    <SettingsSection
      id="pepper"
      title="Pepper"
      description={
        <p>
          A secret outside of the database, without which nobody can check a suspected key against a stolen
          copy of it.
        </p>
      }
    >
      <CardContent>
        {pepper.error ? (
          <ErrorNotice error={pepper.error} onRetry={() => void pepper.refetch()} />
        ) : pepper.data ? (
          <PepperStatement {...pepper.data} />
        ) : (
          <Skeleton className="w-72" />
        )}
      </CardContent>
    </SettingsSection>
  );
}

/** What is left to do, and by whom. */
export function PepperStatement({ isChanging, left, lost }: PepperView) {
  if (lost > 0) {
    return (
      <p className="text-warn">
        {count(lost, "key")} were stored with a pepper that this server does not have, and do not work. Set it
        as <code className="mono">KEY_PEPPER_PREVIOUS</code>.
      </p>
    );
  }
  if (!isChanging) return <p>All keys are stored with the present pepper.</p>;
  if (left === 0) {
    return (
      <p>
        All keys are stored with the present pepper. <code className="mono">KEY_PEPPER_PREVIOUS</code> can be
        removed.
      </p>
    );
  }
  return (
    <>
      <p>{count(left, "key")} left with the previous pepper.</p>
      <p className="mt-1 text-pretty text-ink-2 text-sm">
        Each moves to the present one when it is used. Keys that nobody uses any more can be deleted; then
        <code className="mono"> KEY_PEPPER_PREVIOUS</code> can be removed.
      </p>
    </>
  );
}
