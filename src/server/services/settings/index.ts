export { changeRequestLogSettings } from "./change-request-log";
export { changeRetention } from "./change-retention";
export { readRequestLogSettings } from "./request-log";
export { readRetention } from "./retention";
