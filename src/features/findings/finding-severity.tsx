import { Badge } from "@/components/badge";
import { FINDING_SEVERITIES, type FindingSeverity } from "@/contracts/findings";

const TONES = { high: "bad", medium: "warn", low: "idle" } as const satisfies Record<FindingSeverity, string>;

/** How grave a finding is. */
export function FindingSeverityBadge({ value }: { value: FindingSeverity }) {
  return <Badge tone={TONES[value]}>{FINDING_SEVERITIES[value].label}</Badge>;
}
