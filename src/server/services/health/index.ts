export { checkDatabase } from "./check-database";
export { describeClock } from "./clock";
export { describeIsolation } from "./isolation";
export { measureClock } from "./measure-clock";
