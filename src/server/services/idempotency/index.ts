export { expireIdempotencyRecords } from "./expire";
export { runOnce, type StoredAnswer } from "./run-once";
