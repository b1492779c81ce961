"use client";

import { CodeBlock } from "@/components/code-block";
import { ErrorNotice } from "@/components/error-notice";
import { CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import type { IsolationView } from "@/contracts/settings";
import { trpc } from "@/trpc/client";
import { SettingsSection } from "./section";

/** How the database keeps the environments apart, and what would keep them apart better. Nothing to set. */
export function IsolationSection() {
  const isolation = trpc.settings.isolation.useQuery();
  return (
    <SettingsSection
      id="isolation"
      title="Isolation"
      description={<p>How the database keeps production, staging and development apart.</p>}
    >
      <CardContent>
        {isolation.error ? (
          <ErrorNotice error={isolation.error} onRetry={() => void isolation.refetch()} />
        ) : !isolation.data ? (
          <Skeleton className="w-72" />
        ) : isolation.data.kind === "logins" ? (
          <p>
            Each environment has a login to the database of its own, which can reach no other environment.
          </p>
        ) : (
          <SharedLogin {...isolation.data} />
        )}
      </CardContent>
    </SettingsSection>
  );
}

/** Why the environments share a login, and what to do about it: in the database, or where it is fine on the way to it. */
export function SharedLogin({ reason, statements }: Pick<IsolationView, "reason" | "statements">) {
  return (
    <>
      <p className="text-warn">
        The environments share the login of the tables’ owner, and settings keep them apart.
      </p>
      {statements.length === 0 ? (
        <p className="mt-1 text-pretty text-ink-2 text-sm">
          {reason}. The database is as it should be. For a login each, let these in where that says no: a
          pooler, or <code className="mono">pg_hba.conf</code>. Then restart Keyward.
        </p>
      ) : (
        <>
          <p className="mt-1 text-pretty text-ink-2 text-sm">
            {reason}. For a login each, let an administrator of the database run this once, and restart
            Keyward. Elsewhere <code className="mono">npm run cli -- database roles</code> prints the same.
          </p>
          <CodeBlock
            text={statements.map((one) => `${one};`).join("\n")}
            copyLabel="Copy SQL"
            className="mt-3"
          />
        </>
      )}
    </>
  );
}
