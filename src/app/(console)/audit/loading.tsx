import { AuditSkeleton } from "@/features/audit/audit-screen";

export default AuditSkeleton;
