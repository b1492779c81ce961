export { lockCallingKey } from "./lock";
export { type CallingKey, readCallingKey, requireCallingKey } from "./read";
