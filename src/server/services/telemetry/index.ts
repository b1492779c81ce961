export { countTelemetryByDay } from "./count-by-day";
export { countTelemetryOfCustomer } from "./count-of-customer";
export { ingestTelemetry } from "./ingest";
export { listTelemetry } from "./list";
export { listTelemetryNames } from "./names";
