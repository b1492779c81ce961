export { definePermission } from "./define";
export { deletePermission } from "./delete";
export { loadOwnPermissions } from "./internal/load";
export { listPermissions } from "./list";
export { requireDefined } from "./require";
export { updatePermission } from "./update";
