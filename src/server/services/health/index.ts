export { checkDatabase } from "./check-database";
export { describeClock, measureClock } from "./clock";
export { countWork, type WorkCounts } from "./count-work";
export { type CheckName, examineInstallation } from "./examine";
export type { Deployment } from "./internal/check";
export { describeIsolation } from "./isolation";
