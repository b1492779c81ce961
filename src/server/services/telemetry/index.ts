export { countTelemetryByDay } from "./count-by-day";
export { countTelemetryOfCustomer } from "./count-of-customer";
export { dropOldTelemetry } from "./drop-old";
export { ingestTelemetry } from "./ingest";
export { listTelemetry } from "./list";
export { listTelemetryNames } from "./names";
