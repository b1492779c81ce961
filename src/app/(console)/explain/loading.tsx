import { ExplainSkeleton } from "@/features/logs/explain/explain-screen";

export default ExplainSkeleton;
