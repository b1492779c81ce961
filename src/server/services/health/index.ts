export { checkDatabase } from "./check-database";
export { describeIsolation } from "./isolation";
