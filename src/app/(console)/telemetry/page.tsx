import type { Metadata } from "next";
import { chartInput, telemetryListInput } from "@/features/telemetry/telemetry-query";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../environment";
import { loadTelemetryQuery } from "./search-params";
import { TelemetryPage } from "./telemetry-page";

export const metadata: Metadata = { title: "Telemetry" };

/** What apps report, with the figures and the first page of events already in the answer. */
export default async function Page({ searchParams }: PageProps<"/telemetry">) {
  const [query, environment] = await Promise.all([
    loadTelemetryQuery(searchParams),
    currentEnvironment(searchParams),
  ]);
  const today = new Date().toISOString().slice(0, 10);
  await Promise.all([
    trpc.telemetry.byDay.prefetch(chartInput(query, environment, today)),
    trpc.telemetry.list.prefetch(telemetryListInput(query, environment, today)),
  ]);
  return (
    <HydrateClient>
      <TelemetryPage today={today} />
    </HydrateClient>
  );
}
