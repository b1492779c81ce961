import { EnvironmentBadge } from "@/components/environment-badge";
import { Link } from "@/components/link";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { FINDINGS, type FindingStats, type FindingView } from "@/contracts/findings";
import { count } from "@/lib/words";
import { FindingActionLink, FindingEvidenceText, FindingSeverityBadge, NothingFound } from "./finding-parts";

interface FindingsGlanceProps {
  findings: readonly FindingView[];
  stats: FindingStats;
}

/** The gravest findings, and the way to all of them. */
export function FindingsGlance({ findings, stats }: FindingsGlanceProps) {
  return (
    <Card aria-labelledby="attention-title">
      <CardHeader>
        <CardTitle id="attention-title">Wants attention</CardTitle>
        {stats.all > 0 && (
          <Link href="/api-keys/findings" className="target-24 text-accent text-sm hover:underline">
            {allOf(stats)}
          </Link>
        )}
      </CardHeader>
      {findings.length === 0 ? (
        <NothingFound />
      ) : (
        <ul>
          {findings.map((finding) => (
            <Finding key={finding.id} finding={finding} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function allOf({ all, cap }: FindingStats): string {
  if (all >= cap) return `All ${cap.toLocaleString("en")}+ findings`;
  return all === 1 ? "The finding" : `All ${count(all, "finding")}`;
}

function Finding({ finding }: { finding: FindingView }) {
  const { label, severity } = FINDINGS[finding.evidence.kind];
  const { id, name, environment } = finding.key;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b px-4 py-2.5 last:border-b-0">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <FindingSeverityBadge value={severity} />
          <Link href={`/api-keys/${id}`} className="min-w-0 truncate py-0.5 font-medium hover:underline">
            {name}
          </Link>
          <EnvironmentBadge value={environment} />
        </p>
        <p className="mt-0.5 text-pretty text-ink-2 text-sm">
          {label}. <FindingEvidenceText value={finding.evidence} />.
        </p>
      </div>
      <FindingActionLink finding={finding} />
    </li>
  );
}
