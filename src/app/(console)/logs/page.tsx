import type { Metadata } from "next";
import { logFilter, logListInput } from "@/features/logs/list/log-query";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../environment";
import { LogsPage } from "./logs-page";
import { loadLogQuery, loadLogView } from "./search-params";

export const metadata: Metadata = { title: "Logs" };

/** The log, with its first page and its chart already in the answer. */
export default async function Page({ searchParams }: PageProps<"/logs">) {
  const [query, { row }, environment] = await Promise.all([
    loadLogQuery(searchParams),
    loadLogView(searchParams),
    currentEnvironment(searchParams),
  ]);
  await Promise.all([
    trpc.requests.list.prefetch(logListInput(query, environment)),
    query.request === null && trpc.requests.histogram.prefetch(logFilter(query, environment)),
    row !== null && trpc.requests.get.prefetch({ row }),
  ]);
  return (
    <HydrateClient>
      <LogsPage />
    </HydrateClient>
  );
}
