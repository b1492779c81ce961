import type { Metadata } from "next";
import { chartInput, telemetryList, telemetryListInput } from "@/features/telemetry/telemetry-list-state";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../environment";
import { TelemetryPage } from "./telemetry-page";

export const metadata: Metadata = { title: "Telemetry" };

/** What apps report, with the figures and the first page of events already in the answer. */
export default async function Page({ searchParams }: PageProps<"/telemetry">) {
  const [state, environment] = await Promise.all([
    telemetryList.load(searchParams),
    currentEnvironment(searchParams),
  ]);
  const today = new Date().toISOString().slice(0, 10);
  await Promise.all([
    trpc.telemetry.byDay.prefetch(chartInput(state, environment, today)),
    trpc.telemetry.list.prefetch(telemetryListInput(telemetryList.input(state, environment), today)),
  ]);
  return (
    <HydrateClient>
      <TelemetryPage today={today} />
    </HydrateClient>
  );
}
