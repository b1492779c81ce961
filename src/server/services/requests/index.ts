export { dropOldRequests } from "./drop-old";
export { explainCall, explainRequest } from "./explain";
export { prepareRequestDays } from "./prepare-days";
export { type RecorderFigures, RequestRecorder } from "./record";
export type { LoggedCall } from "./rows";
