import Link from "next/link";
import { Card } from "@/components/ui/card";
import type { Environment } from "@/contracts/environments";
import { JOB_QUEUES, type JobStats as Stats } from "@/contracts/jobs";
import { ACTIVE_JOB_STATUSES, jobsHref } from "./job-list-query";

interface JobStatsProps {
  value: Stats;
  environment: Environment | null;
}

/** How much runs and waits, what has failed, and which queues have work. */
export function JobStats({ value, environment }: JobStatsProps) {
  const { running, queued, failed, activeQueues, cap } = value;
  const said = (count: number) => `${count.toLocaleString("en")}${count >= cap ? "+" : ""}`;
  return (
    <ul className="mb-6 grid gap-2 sm:grid-cols-3 sm:gap-4">
      <Figure
        label="Running and queued"
        figure={said(running + queued)}
        detail={`${said(running)} running, ${said(queued)} queued`}
        href={jobsHref(environment, ACTIVE_JOB_STATUSES)}
      />
      <Figure
        label="Failed"
        figure={said(failed)}
        detail={failed > 0 ? "to look at, retry or delete" : "nothing to look at"}
        tone={failed > 0 ? "text-bad" : undefined}
        href={jobsHref(environment, ["failed"])}
      />
      <Figure
        label="Active queues"
        figure={`${activeQueues.length} of ${JOB_QUEUES.length}`}
        detail={activeQueues.length > 0 ? activeQueues.join(", ") : "all are idle"}
      />
    </ul>
  );
}

interface FigureProps {
  label: string;
  figure: string;
  detail: string;
  tone?: string | undefined;
  href?: string;
}

const BOX = "block rounded-xl px-4 py-3 sm:p-4";

function Figure({ label, figure, detail, tone, href }: FigureProps) {
  const content = (
    <>
      <span className="text-ink-2">{label}</span>
      <span className="mt-1 flex flex-wrap items-baseline gap-x-2">
        <span className={`font-semibold text-2xl tabular-nums ${tone ?? ""}`}>{figure}</span>
        <span className="text-ink-2 text-sm tabular-nums">{detail}</span>
      </span>
    </>
  );
  return (
    <li>
      <Card>
        {href ? (
          <Link href={href} className={`${BOX} no-underline hover:bg-sunken`}>
            {content}
          </Link>
        ) : (
          <div className={BOX}>{content}</div>
        )}
      </Card>
    </li>
  );
}
