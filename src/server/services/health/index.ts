export { checkDatabase } from "./check-database";
