export { getOverview, type Overview } from "./get";
