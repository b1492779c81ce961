import { TelemetrySkeleton } from "@/features/telemetry/telemetry-screen";

export default TelemetrySkeleton;
