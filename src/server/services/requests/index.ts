export { exportRequests } from "./export";
export { getRequest } from "./get";
export { countRequests } from "./histogram";
export { listRequests } from "./list";
export { getLogState, getLogWriter } from "./log-status";
export { countWholeLog, prepareRequestDays, purgeRequestLogWriters } from "./maintenance";
export { listCalledRoutes } from "./routes";
export { tailRequests } from "./tail";
