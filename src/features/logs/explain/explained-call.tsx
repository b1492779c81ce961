"use client";

import { ErrorNotice } from "@/components/error-notice";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import type { ExplainCallInput } from "@/contracts/explain";
import { trpc } from "@/trpc/client";
import { LinesSkeleton } from "../lines-skeleton";
import { ASKING } from "./asking";
import { KeyLinks } from "./key-links";
import { Verdict } from "./verdict";

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
