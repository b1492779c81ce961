import { TelemetrySkeleton } from "@/features/telemetry/telemetry-screen";

/** Shown at once, while the server draws the page. */
export default function Loading() {
  return <TelemetrySkeleton />;
}
