"use client";

import { Badge } from "@/components/badge";
import { LinesSkeleton } from "@/components/detail-skeleton";
import { EnvironmentBadge } from "@/components/environment-badge";
import { ErrorNotice } from "@/components/error-notice";
import { Link } from "@/components/link";
import { Note } from "@/components/note";
import { useMay } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import type { RequestExplanation } from "@/contracts/explain";
import type { Id } from "@/contracts/ids";
import type { ExplainCallInput } from "@/contracts/schemas/explain";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { statusTone } from "../log-columns";
import { type CallQuery, callOf } from "./explain-query";
import { KeyHistoryLink, KeyLinks, Verdict } from "./verdict";

/** How the gateway is asked. An answer is old at once: the key may have been edited on another page since. */
const ASKING = { staleTime: 0 } as const;

interface ExplainedRequestProps {
  requestId: Id<"req">;
  /** Address of this page with a call to change and ask again. */
  callHref: (call: CallQuery) => string;
}

/** A call of the log: the result then, and beside it the result now. */
export function ExplainedRequest({ requestId, callHref }: ExplainedRequestProps) {
  const asked = trpc.explain.request.useQuery({ requestId }, ASKING);
  const again = () => void asked.refetch();
  if (asked.data) {
    return (
      <div className="space-y-4">
        <LoggedCall call={asked.data} callHref={callHref} />
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <Card>
            <CardHeader>
              <CardTitle>Result then</CardTitle>
              <Timestamp value={asked.data.at} exact className="mono text-ink-2" />
            </CardHeader>
            <CardContent className="space-y-4">
              <Verdict value={asked.data.logged} />
              <AfterTheChecks call={asked.data} />
            </CardContent>
          </Card>
          <Card>
            <CardHeader>
              <CardTitle>Result now</CardTitle>
              <Button size="sm" pending={asked.isFetching} onClick={again}>
                Ask again
              </Button>
            </CardHeader>
            <CardContent className="space-y-4">
              {asked.error && <ErrorNotice error={asked.error} />}
              <AnswerNow call={asked.data} />
            </CardContent>
          </Card>
        </div>
      </div>
    );
  }
  if (describeError(asked.error).code === "not_found") {
    return (
      <Note>
        This request id is not in the log: no call was answered with it, or its day has been dropped.
      </Note>
    );
  }
  if (asked.error) return <ErrorNotice error={asked.error} onRetry={again} />;
  return (
    <Card>
      <CardContent>
        <LinesSkeleton />
      </CardContent>
    </Card>
  );
}

/** For a call that was let in and failed all the same. */
function AfterTheChecks({ call: { status, logged } }: { call: RequestExplanation }) {
  if (logged.refusal !== null || status < 400) return null;
  return (
    <Note>The checks let the call in. The {status} came from what it asked for, and stands in Logs.</Note>
  );
}

/** What the gateway would say at this moment to a call that nobody has made. */
export function ExplainedCall({ call }: { call: ExplainCallInput }) {
  const asked = trpc.explain.checks.useQuery(call, ASKING);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Simulated result</CardTitle>
        <Button size="sm" pending={asked.isFetching} onClick={() => void asked.refetch()}>
          Ask again
        </Button>
      </CardHeader>
      <CardContent className="space-y-4">
        {asked.error && <ErrorNotice error={asked.error} />}
        {asked.isPending && <LinesSkeleton />}
        {asked.data && (
          <>
            <Verdict value={asked.data} />
            <KeyLinks value={asked.data} />
          </>
        )}
      </CardContent>
    </Card>
  );
}

const LINK = "text-accent hover:underline";

interface LoggedCallProps {
  call: RequestExplanation;
  callHref: (call: CallQuery) => string;
}

/** Which call it was, and where to go on with it. */
export function LoggedCall({ call, callHref }: LoggedCallProps) {
  const { status, environment, method, path, address, requestId } = call;
  const changeable = callOf(call);
  return (
    <div className="space-y-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={statusTone(status)} className="tabular-nums">
          {status}
        </Badge>
        <EnvironmentBadge value={environment} />
        <span className="text-ink-2">
          from <span className="mono">{address ?? "an unknown address"}</span>
        </span>
        <span className="ml-auto flex gap-4">
          {changeable && (
            <Link href={callHref(changeable)} className={LINK}>
              Change and ask
            </Link>
          )}
          <Link href={`/logs?requestId=${requestId}&env=all`} className={LINK}>
            In Logs
          </Link>
        </span>
      </div>
      <p className="mono break-all">
        {method} {path}
      </p>
    </div>
  );
}

/** What the gateway would say to a call of the log at this moment, and what is different from then. */
function AnswerNow({ call: { now, logged } }: { call: RequestExplanation }) {
  const mayReadAudit = useMay("audit:read");
  if (!now) {
    return (
      <Note>
        {logged.route === null
          ? "No route served this method and path, so no key was looked at."
          : logged.refusedBy === "origin"
            ? "The log keeps no headers, so which origin the call named, and what it would be told now, cannot be told."
            : "The log does not tell which key the call carried, so this cannot be told."}
      </Note>
    );
  }
  const deleted = now.key === null;
  // The gate refuses for one reason that is no check.
  const changed = now.refusedBy !== logged.refusedBy || (now.refusal === null) !== (logged.refusal === null);
  return (
    <>
      {changed && (
        <Note tone="warn">
          {deleted
            ? `The key “${logged.key?.name}” has been deleted since.`
            : "This is not what it said then: the key has been changed, or its limit stands otherwise."}
        </Note>
      )}
      <Verdict value={now} />
      <KeyLinks value={now} changed={changed} />
      {deleted && logged.key && mayReadAudit && <KeyHistoryLink keyId={logged.key.id} />}
    </>
  );
}
