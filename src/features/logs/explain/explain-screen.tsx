"use client";

import { type ComponentProps, useRef } from "react";
import { LinesSkeleton } from "@/components/detail-skeleton";
import { PageHeader } from "@/components/page-header";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { cn } from "@/lib/cn";
import { trpc } from "@/trpc/client";
import { ExplainedCall, ExplainedRequest } from "./answer";
import { CallForm, RequestForm } from "./ask-forms";
import { type CallQuery, type ExplainQuery, explainedCall } from "./explain-query";

const HEADING = {
  title: "Explain",
  sub: "Why a call was refused, or would be. The gateway's own checks answer; nothing is counted against the key.",
};

interface ExplainScreenProps {
  query: ExplainQuery;
  keyChoice: ComponentProps<typeof CallForm>["keyChoice"];
  onAsk: (query: Partial<ExplainQuery>) => void;
  /** Address of this page with a call put together. */
  callHref: (call: CallQuery) => string;
}

/** Two ways to ask the gateway, and its answer. */
export function ExplainScreen({ query, keyChoice, onAsk, callHref }: ExplainScreenProps) {
  const { requestId, ...call } = query;
  const answer = useRef<HTMLElement>(null);
  const utils = trpc.useUtils();
  const ask = (asked: Partial<ExplainQuery>) => {
    // The same question again is a question, too.
    void utils.explain.invalidate();
    onAsk(asked);
    answer.current?.scrollIntoView({ block: "nearest" });
  };
  const answered = requestId !== null || explainedCall(call) !== null;
  return (
    <>
      <PageHeader {...HEADING} />
      <div className="grid items-start gap-6 lg:grid-cols-[320px_minmax(0,1fr)]">
        <div className="space-y-4">
          <Card>
            <CardHeader>
              <CardTitle>A call that was made</CardTitle>
            </CardHeader>
            <CardContent>
              <RequestForm value={requestId} onAsk={(requestId) => ask({ requestId })} />
            </CardContent>
          </Card>
          <Card>
            <CardHeader>
              <CardTitle>A call that could be made</CardTitle>
            </CardHeader>
            <CardContent>
              <CallForm
                value={call}
                keyChoice={keyChoice}
                onAsk={(call) => ask({ ...call, requestId: null })}
              />
            </CardContent>
          </Card>
        </div>
        <section
          ref={answer}
          aria-label="Answer"
          aria-live="polite"
          // On a phone it comes first once there is one: who followed a link wants to read, not to ask.
          className={cn("max-w-5xl scroll-mt-20", answered && "max-lg:order-first")}
        >
          <Answer query={query} callHref={callHref} />
        </section>
      </div>
    </>
  );
}

function Answer({
  query: { requestId, ...query },
  callHref,
}: Pick<ExplainScreenProps, "query" | "callHref">) {
  if (requestId !== null) return <ExplainedRequest requestId={requestId} callHref={callHref} />;
  const call = explainedCall(query);
  if (call) return <ExplainedCall call={call} />;
  return (
    <p className="text-pretty py-3 text-ink-2">
      Paste the request id of a call, or put a call together. The checks appear here, in the order in which
      the gateway makes them.
    </p>
  );
}

/** Holds the place of the page while the server draws it. */
export function ExplainSkeleton() {
  return (
    <>
      <PageHeader {...HEADING} />
      <div className="grid items-start gap-6 lg:grid-cols-[320px_minmax(0,1fr)]">
        <div className="space-y-4">
          <Card className="h-46" />
          <Card className="h-109.5" />
        </div>
        <Card className="max-w-3xl">
          <CardContent>
            <LinesSkeleton />
          </CardContent>
        </Card>
      </div>
    </>
  );
}
