export { readRequestLogSettings } from "./request-log";
export { readRetention } from "./retention";
