export { cancelJob } from "./cancel";
export { deleteJob } from "./delete";
export { getJob, getJobDetails } from "./get";
export { listJobs } from "./list";
export { purgeJobResults, RESULT_KEPT_MS } from "./purge";
export { getJobResult } from "./result";
export { retryJob } from "./retry";
export { startJob } from "./start";
export { getJobStats } from "./stats";
