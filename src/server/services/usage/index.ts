export { dropOldUsage } from "./drop-old";
export { type PermissionUse, proposeLeastPrivilege } from "./least-privilege";
export { loadPermissionUses } from "./permission-use";
export { getPermissionUse } from "./permissions";
export { replayLimits } from "./replay-limits";
export { proposeTrim, replayPermissions } from "./replay-permissions";
export { getKeySecrets } from "./secrets";
export { getKeyUsage, getOverallUsage } from "./series";
export { getKeyTraffic } from "./traffic";
