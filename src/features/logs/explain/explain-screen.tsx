"use client";

import type { ComponentProps } from "react";
import { PageHeader } from "@/components/page-header";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { CallForm } from "./call-form";
import { type ExplainQuery, explainedCall } from "./explain-query";
import { ExplainedCall } from "./explained-call";
import { ExplainedRequest } from "./explained-request";
import { EXPLAIN_HEADING } from "./heading";
import { RequestForm } from "./request-form";

interface ExplainScreenProps {
  query: ExplainQuery;
  keyChoice: ComponentProps<typeof CallForm>["keyChoice"];
  onAsk: (query: Partial<ExplainQuery>) => void;
}

/** Two ways to ask the door, and its answer. */
export function ExplainScreen({ query, keyChoice, onAsk }: ExplainScreenProps) {
  const { request, ...call } = query;
  return (
    <>
      <PageHeader {...EXPLAIN_HEADING} />
      <div className="grid items-start gap-6 lg:grid-cols-[320px_minmax(0,1fr)]">
        {/* Mounted anew by what the address bar says, so that Back fills the forms as it fills the answer. */}
        <div key={JSON.stringify(query)} className="space-y-4">
          <Card>
            <CardHeader>
              <CardTitle>A call that was made</CardTitle>
            </CardHeader>
            <CardContent>
              <RequestForm value={request} onAsk={(request) => onAsk({ request })} />
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
                onAsk={(call) => onAsk({ ...call, request: null })}
              />
            </CardContent>
          </Card>
        </div>
        <section aria-label="Answer" aria-live="polite" className="max-w-3xl">
          <Answer query={query} />
        </section>
      </div>
    </>
  );
}

function Answer({ query: { request, ...query } }: { query: ExplainQuery }) {
  if (request !== null) return <ExplainedRequest requestId={request} />;
  const call = explainedCall(query);
  if (call) return <ExplainedCall call={call} />;
  return (
    <p className="text-pretty py-3 text-ink-2">
      Paste the request id of a call, or put a call together. The checks appear here, in the order in which
      the door makes them.
    </p>
  );
}
