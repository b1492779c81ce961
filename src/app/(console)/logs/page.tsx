import type { Metadata } from "next";
import { createLoader } from "nuqs/server";
import { logFilter, logList, readRow } from "@/features/logs/log-list-state";
import { addressParser } from "@/lib/address-field";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../environment";
import { LogsPage } from "./logs-page";

export const metadata: Metadata = { title: "Logs" };

const loadOpenCall = createLoader({ row: addressParser(readRow) });

/** The log, with its first page and its chart already in the answer. */
export default async function Page({ searchParams }: PageProps<"/logs">) {
  const [state, { row }, environment] = await Promise.all([
    logList.load(searchParams),
    loadOpenCall(searchParams),
    currentEnvironment(searchParams),
  ]);
  const input = logList.input(state, environment);
  await Promise.all([
    trpc.requests.list.prefetch(input),
    state.requestId === null && trpc.requests.histogram.prefetch(logFilter(input)),
    row !== null && trpc.requests.get.prefetch({ row }),
  ]);
  return (
    <HydrateClient>
      <LogsPage />
    </HydrateClient>
  );
}
