export { checkAudit, getAuditIntegrity } from "./check";
export { exportAudit } from "./export";
export { getAuditEvent } from "./get";
export { listAuditHeads } from "./heads";
export { listAuditActors, listAuditEvents } from "./list";
export { recordAudit } from "./record";
export { recordExport } from "./record-export";
export { type AuditVerification, verifyAudit } from "./verify";
