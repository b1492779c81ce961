"use client";

import { Stamp } from "lucide-react";
import { type ReactNode, useState } from "react";
import { EmptyState } from "@/components/empty-state";
import { useEnvironment } from "@/components/environment-context";
import { NotAllowed } from "@/components/list-empty";
import { ListSection } from "@/components/list-section";
import { onDemand } from "@/components/on-demand";
import { PageHeader } from "@/components/page-header";
import { useMay } from "@/components/session-context";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { APPROVAL_STATUSES, type ListedApproval } from "@/contracts/approvals";
import type { RevealedKey } from "@/contracts/keys";
import { whomToAsk } from "@/contracts/roles";
import { trpc } from "@/trpc/client";
import { KEYS_HEADING } from "../list/key-list";
import { RevealKey } from "../reveal-key";
import type { AskedDecision } from "./approval-dialogs";
import { ApprovalRow } from "./approval-row";

const ApprovalDialogs = onDemand(() => import("./approval-dialogs").then((module) => module.ApprovalDialogs));

const NONE: ListedApproval[] = [];

/** What takes a second person: what waits, and what was decided. */
export function ApprovalsScreen({ tabs }: { tabs: ReactNode }) {
  const mayManage = useMay("keys:manage");
  return (
    <>
      <PageHeader {...KEYS_HEADING} />
      {tabs}
      {mayManage ? <Approvals /> : <NotAllowed nouns="approvals" ask={whomToAsk("keys:manage")} />}
    </>
  );
}

function Approvals() {
  const environment = useEnvironment();
  const approvals = trpc.approvals.list.useQuery({ environment });
  const [asked, setAsked] = useState<AskedDecision | null>(null);
  /** Here and nowhere else: gone from the cache of the query by the time it is shown. */
  const [revealed, setRevealed] = useState<RevealedKey | null>(null);
  const all = approvals.data ?? NONE;
  const open = all.filter(({ status }) => APPROVAL_STATUSES[status].open);
  const closed = all.filter(({ status }) => !APPROVAL_STATUSES[status].open);
  const rows = (some: readonly ListedApproval[]) => (
    <Card>
      <ul className="divide-y">
        {some.map((approval) => (
          <ApprovalRow key={approval.id} approval={approval} onDecide={setAsked} onRevealed={setRevealed} />
        ))}
      </ul>
    </Card>
  );
  return (
    <>
      <ListSection title="Waiting" all={null} page={approvals}>
        {!approvals.data ? (
          <Card className="h-24 p-4">
            <Skeleton className="w-48" />
          </Card>
        ) : open.length > 0 ? (
          rows(open)
        ) : (
          <Card>
            <EmptyState
              icon={Stamp}
              title="Nothing waits for approval"
              text="Where a key policy asks for a second person, what was asked for stands here until it is decided."
            />
          </Card>
        )}
      </ListSection>
      {closed.length > 0 && (
        <ListSection title="Decided" all={null} page={approvals} className="mt-8">
          {rows(closed)}
        </ListSection>
      )}
      {asked && <ApprovalDialogs asked={asked} onClose={() => setAsked(null)} />}
      {revealed && (
        <RevealKey
          revealed={revealed}
          onStored={() => {
            setRevealed(null);
            toast({ text: `Created “${revealed.key.name}”.` });
          }}
        />
      )}
    </>
  );
}

/** Holds the place of the page while the server reads it. */
export function ApprovalsSkeleton({ tabs }: { tabs: ReactNode }) {
  return (
    <>
      <PageHeader {...KEYS_HEADING} />
      {tabs}
      <Card aria-busy className="h-24 p-4">
        <Skeleton className="w-48" />
      </Card>
    </>
  );
}
