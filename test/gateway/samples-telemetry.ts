/** One line per route of telemetry, by its id, in staging. For SAMPLES of samples.ts. */
export const TELEMETRY_SAMPLES: Record<string, () => { query?: string; body?: unknown }> = {
  "telemetry.send": () => ({ body: { events: [{ type: "app.start", identifier: "device" }] } }),
  "telemetry.list": () => ({ query: "?flagged=false&limit=1" }),
};
