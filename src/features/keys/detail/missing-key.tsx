"use client";

import type { ReactNode } from "react";
import { Badge } from "@/components/badge";
import { EnvironmentBadge } from "@/components/environment-badge";
import { Note } from "@/components/note";
import { PageHeader } from "@/components/page-header";
import { RecordNotFound } from "@/components/record-not-found";
import { useMay } from "@/components/session-context";
import { RelativeText } from "@/components/timestamp";
import type { Id } from "@/contracts/ids";
import { trpc } from "@/trpc/client";
import { MadeNote } from "./made-note";

const LIST = { label: "API Keys", href: "/api-keys" };

/** There is no key with this id. */
export function KeyNotFound() {
  return (
    <RecordNotFound
      noun="API key"
      nouns="API keys"
      list={LIST}
      text="It may have been deleted. What it did, and who deleted it, stays on record."
    />
  );
}

interface MissingKeyProps {
  id: Id<"key">;
  /** Belong to others, so the page hands them in. */
  calls: ReactNode;
  history: ReactNode;
}

/**
 * The page of a key that is not there: which it was and who deleted it, as the audit has it, and what still works of it. The keys and
 * endpoints that it made lead here.
 */
export function MissingKey({ id, calls, history }: MissingKeyProps) {
  const mayRead = useMay("audit:read");
  // Asked anew: it may have been deleted since this page was drawn.
  const events = trpc.audit.list.useQuery({ subjectId: id }, { enabled: mayRead, staleTime: 0 });
  const deletion = events.data?.data.find(({ action }) => action === "key.delete");
  if (!deletion?.environment) return <KeyNotFound />;
  const { subjectName: name, environment } = deletion;
  return (
    <>
      <PageHeader
        breadcrumb={[LIST]}
        title={name}
        badge={<Badge tone="idle">Deleted</Badge>}
        sub={
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <EnvironmentBadge value={environment} />
            <span className="mono break-all">{id}</span>
          </div>
        }
      />
      <Note className="mb-4 border">
        Deleted <RelativeText value={deletion.at} /> by {deletion.actor}. Its secrets are gone for good, and
        calls with them get 401 <code className="mono">key_invalid</code>. What it did stays on record.
      </Note>
      <MadeNote id={id} name={name} environment={environment} status="deleted" />
      <div className="space-y-4">
        {calls}
        {history}
      </div>
    </>
  );
}
