export {
  type Decision,
  type DoorPorts,
  decide,
  doorPorts,
  type Knock,
  keyPrincipal,
  stillAdmitted,
} from "./admission";
export { callingKeyOf } from "./calling-key";
export { countActiveKeys } from "./count-active";
export { createKey } from "./create";
export { deleteKey } from "./delete";
export { type DoorKey, findDoorKey, findDoorKeyById } from "./door-key";
export { endOverlap } from "./end-overlap";
export { getKey } from "./get";
export { identifyKey } from "./identify";
export { LastUseRecorder } from "./last-use";
export { getKeyLimits, type LimitFill } from "./limits";
export { listKeys } from "./list";
export { reactivateKey } from "./reactivate";
export { regenerateKey } from "./regenerate";
export { revokeKey, revokeKeys } from "./revoke";
export { updateKey } from "./update";
