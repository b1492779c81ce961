export { countTelemetryByDay } from "./count-by-day";
export { countTelemetryOfCustomer } from "./count-of-customer";
export { dropOldTelemetry } from "./drop-old";
export { listTelemetry } from "./list";
export { listTelemetryNames } from "./names";
export { recordTelemetry } from "./record";
