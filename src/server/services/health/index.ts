export { checkDatabase } from "./check-database";
export { describeClock, measureClock } from "./clock";
export { describeIsolation } from "./isolation";
