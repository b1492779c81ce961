export { changeKeyPolicy } from "./change";
export { type KeyPolicy, loadKeyPolicies } from "./internal/load";
export { type Silence, silenceOf } from "./internal/silence";
export { listKeyPolicies } from "./list";
export { listKeysOutside, tryKeyPolicy } from "./outside";
export { permissionsToApprove, requireWithinPolicy } from "./require";
