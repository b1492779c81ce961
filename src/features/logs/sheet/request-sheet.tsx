"use client";

import { LinesSkeleton } from "@/components/detail-skeleton";
import { EnvironmentBadge } from "@/components/environment-badge";
import { ErrorNotice } from "@/components/error-notice";
import { Link } from "@/components/link";
import { Timestamp } from "@/components/timestamp";
import { Sheet, SheetContent } from "@/components/ui/sheet";
import type { RequestDetail } from "@/contracts/request-queries";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { LevelCell, StatusBadge } from "../log-columns";
import { DecisionTrace, Part, Payloads, RequestFacts } from "./parts";

interface RequestSheetProps {
  row: string;
  onClose: () => void;
}

/** One call whole: what it asked, what the gateway decided and why, and what is kept of it. */
export function RequestSheet({ row, onClose }: RequestSheetProps) {
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()}>
      <SheetContent title="Call" width="lg">
        <Body key={row} row={row} />
      </SheetContent>
    </Sheet>
  );
}

function Body({ row }: { row: string }) {
  const call = trpc.requests.get.useQuery({ row }, { staleTime: Number.POSITIVE_INFINITY });
  if (call.data) return <Call call={call.data} />;
  if (describeError(call.error).code === "not_found") {
    return (
      <p className="p-4 text-ink-2">This call is not in the log, or its day has been dropped from it.</p>
    );
  }
  if (call.error)
    return <ErrorNotice error={call.error} onRetry={() => void call.refetch()} className="m-4" />;
  return (
    <div className="p-4">
      <LinesSkeleton />
    </div>
  );
}

function Call({ call }: { call: RequestDetail }) {
  return (
    <>
      <div className="space-y-2 p-4">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <StatusBadge request={call} long />
          {call.level === "warning" && <LevelCell value="warning" />}
          <EnvironmentBadge value={call.environment} />
          <Timestamp value={call.at} exact className="mono ml-auto text-ink-2" />
        </div>
        <p className="mono break-all">
          {call.method} {call.path}
          {call.query && `?${call.query}`}
        </p>
        {call.detail && <p className="text-pretty text-ink-2">{call.detail}</p>}
      </div>
      <Part title="Decision" action={<ExplainLink requestId={call.requestId} />}>
        <DecisionTrace call={call} />
      </Part>
      <Part title="Facts">
        <RequestFacts call={call} />
      </Part>
      <Payloads call={call} />
    </>
  );
}

/** To the same call as the gateway would decide it now. */
function ExplainLink({ requestId }: Pick<RequestDetail, "requestId">) {
  return (
    <Link href={`/explain?requestId=${requestId}`} className="text-accent text-sm hover:underline">
      Explain
    </Link>
  );
}
