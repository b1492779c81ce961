export { exportRequests } from "./export";
export { getRequest } from "./get";
export { countRequests } from "./histogram";
export { listRequests } from "./list";
export { listCalledRoutes } from "./routes";
export { tailRequests } from "./tail";
