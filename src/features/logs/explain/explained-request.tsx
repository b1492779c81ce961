"use client";

import { ErrorNotice } from "@/components/error-notice";
import { Note } from "@/components/note";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import type { RequestExplanation } from "@/contracts/explain";
import type { Id } from "@/contracts/ids";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { LinesSkeleton } from "../lines-skeleton";
import { AnswerNow } from "./answer-now";
import { ASKING } from "./asking";
import type { CallQuery } from "./explain-query";
import { LoggedCall } from "./logged-call";
import { Verdict } from "./verdict";

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
