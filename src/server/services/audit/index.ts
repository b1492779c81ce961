export { listAuditEvents } from "./list";
export { recordAudit } from "./record";
