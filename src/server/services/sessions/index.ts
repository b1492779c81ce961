export type { SessionCredential } from "./credential";
export { endSession } from "./end";
export { adminOfSession } from "./find";
export { SESSION_IDLE_MS, SESSION_LIFE_MS } from "./lifetime";
export { purgeSessions } from "./purge";
export { startSession } from "./start";
