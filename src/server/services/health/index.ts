export { checkDatabase } from "./check-database";
export { describeIsolation } from "./isolation";
export { measureClock } from "./measure-clock";
