export { countTelemetryByDay } from "./count-by-day";
export { dropOldTelemetry } from "./drop-old";
export { listTelemetry } from "./list";
export { recordTelemetry } from "./record";
