import type { Metadata } from "next";
import { explainedCall, loadExplainQuery } from "@/features/logs/explain/explain-query";
import { HydrateClient, trpc } from "@/trpc/server";
import { ExplainPage } from "./explain-page";

export const metadata: Metadata = { title: "Explain" };

/** Asks the gateway why, with the answer already there where the address says what for. */
export default async function Page({ searchParams }: PageProps<"/explain">) {
  const { requestId, ...query } = await loadExplainQuery(searchParams);
  const call = explainedCall(query);
  if (requestId !== null) await trpc.explain.request.prefetch({ requestId });
  else if (call) await trpc.explain.checks.prefetch(call);
  return (
    <HydrateClient>
      <ExplainPage />
    </HydrateClient>
  );
}
