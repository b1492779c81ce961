export { countTelemetryByDay } from "./count-by-day";
export { dropOldTelemetry } from "./drop-old";
export { listTelemetry } from "./list";
export { listTelemetryNames } from "./names";
export { recordTelemetry } from "./record";
