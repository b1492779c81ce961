export { type RecorderFigures, RequestRecorder } from "./record";
export type { LoggedCall } from "./rows";
