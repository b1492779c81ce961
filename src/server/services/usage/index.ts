export { dropOldUsage } from "./drop-old";
export { loadExercises } from "./exercises";
export { type Exercise, trimOf } from "./needed";
export { getPermissionUse } from "./permissions";
export { replayLimits } from "./replay-limits";
export { proposeTrim, replayPermissions } from "./replay-permissions";
export { getKeySecrets } from "./secrets";
export { getKeyUsage, getOverallUsage } from "./series";
export { getKeyTraffic } from "./traffic";
