export { checkDatabase } from "./check-database";
export { describeClock, measureClock } from "./clock";
export { countWork, type WorkCounts } from "./count-work";
export { describeIsolation } from "./isolation";
