export { expireIdempotencyRecords } from "./expire";
export { type StoredAnswer, withIdempotency } from "./with-idempotency";
