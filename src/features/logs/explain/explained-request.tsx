"use client";

import Link from "next/link";
import { Badge } from "@/components/badge";
import { EnvironmentBadge } from "@/components/environment-badge";
import { ErrorNotice } from "@/components/error-notice";
import { Note } from "@/components/note";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import type { RequestExplanation } from "@/contracts/explain";
import type { Id } from "@/contracts/ids";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { LinesSkeleton } from "../lines-skeleton";
import { statusTone } from "../log-cells";
import { KeyLinks } from "./key-links";
import { Verdict } from "./verdict";

/** A call of the log: what the door said then, and what it would say now. */
export function ExplainedRequest({ requestId }: { requestId: Id<"req"> }) {
  const asked = trpc.explain.request.useQuery({ requestId });
  if (asked.data) {
    return (
      <div className="space-y-4">
        <TheCall call={asked.data} />
        <Card>
          <CardHeader>
            <CardTitle>The door said</CardTitle>
            <Timestamp value={asked.data.at} exact className="mono text-ink-2" />
          </CardHeader>
          <CardContent>
            <Verdict value={asked.data.logged} />
          </CardContent>
        </Card>
        <Card>
          <CardHeader>
            <CardTitle>It would say now</CardTitle>
            <Button size="sm" pending={asked.isFetching} onClick={() => void asked.refetch()}>
              Ask again
            </Button>
          </CardHeader>
          <CardContent className="space-y-4">
            <Now call={asked.data} />
          </CardContent>
        </Card>
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
  if (asked.error) return <ErrorNotice error={asked.error} onRetry={() => void asked.refetch()} />;
  return (
    <Card>
      <CardContent>
        <LinesSkeleton />
      </CardContent>
    </Card>
  );
}

function TheCall({ call }: { call: RequestExplanation }) {
  const { status, environment, method, path, address, requestId } = call;
  return (
    <div className="space-y-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={statusTone(status)} className="tabular-nums">
          {status}
        </Badge>
        <EnvironmentBadge value={environment} label={ENVIRONMENT_DETAILS[environment].label} />
        <span className="text-ink-2">
          from <span className="mono">{address ?? "an unknown address"}</span>
        </span>
        <Link href={`/logs?request=${requestId}&env=all`} className="ml-auto text-accent hover:underline">
          In Logs
        </Link>
      </div>
      <p className="mono break-all">
        {method} {path}
      </p>
    </div>
  );
}

function Now({ call: { now, logged } }: { call: RequestExplanation }) {
  if (!now) {
    return (
      <Note>
        {logged.route === null
          ? "No route served this method and path, so no key was looked at."
          : "The log does not tell which key the call carried, so this cannot be told."}
      </Note>
    );
  }
  return (
    <>
      {now.refusedBy !== logged.refusedBy && (
        <Note tone="warn">
          This is not what it said then: the key has been changed, or its limit stands otherwise.
        </Note>
      )}
      <Verdict value={now} />
      <KeyLinks value={now} />
    </>
  );
}
