import { expect, test } from "vitest";
import {
  type TelemetryListState,
  telemetryExport,
  telemetryList,
} from "@/features/telemetry/telemetry-list-state";

const TODAY = "2026-11-28";
const NOW = new Date("2026-11-28T12:30:00.000Z");

async function listOf(search: Record<string, string>): Promise<TelemetryListState> {
  const state = await telemetryList.load(Promise.resolve(search));
  return {
    state,
    environment: null,
    input: telemetryList.input(state, null),
    isFiltered: telemetryList.isFiltered(state),
    change: () => {},
    clear: () => {},
  };
}

test("An export of the latest days ends now, and leaves out what no filter is set for", async () => {
  expect(telemetryExport(await listOf({ period: "7" }), TODAY, NOW).input).toEqual({
    from: "2026-11-22T00:00:00.000Z",
    to: NOW.toISOString(),
  });
});

test("An export of marked days is of whole days and has the list's filters", async () => {
  const list = await listOf({ from: "2026-11-01", to: "2026-11-02", type: "app.crash", flagged: "no" });
  expect(telemetryExport(list, TODAY, NOW).input).toEqual({
    from: "2026-11-01T00:00:00.000Z",
    to: "2026-11-03T00:00:00.000Z",
    type: "app.crash",
    flagged: false,
  });
});
