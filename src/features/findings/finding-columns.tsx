"use client";

import type { DataTableColumn } from "@/components/data-table-columns";
import { EnvironmentBadge } from "@/components/environment-badge";
import { Link } from "@/components/link";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { FINDINGS, type FindingView } from "@/contracts/findings";
import { FindingActionLink, FindingEvidenceText, FindingSeverityBadge } from "./finding-parts";
import type { Mute } from "./mute-finding";

type Column = DataTableColumn<FindingView>;

const SEVERITY: Column = {
  id: "severity",
  header: "Severity",
  className: "w-24",
  cell: ({ evidence }) => <FindingSeverityBadge value={FINDINGS[evidence.kind].severity} />,
};

const FINDING: Column = {
  id: "finding",
  header: "Finding",
  grow: true,
  cell: (finding) => <WhatWasFound finding={finding} />,
};

const KEY: Column = {
  id: "key",
  header: "Key",
  cell: ({ key }) => <WhoseItIs value={key} />,
};

const SINCE: Column = {
  id: "since",
  header: "Found",
  from: 980,
  className: "w-28",
  cell: ({ firstSeenAt }) => <Timestamp value={firstSeenAt} className="text-ink-2" />,
};

/** On a wide screen. */
export function findingColumns(mute: Mute | null): Column[] {
  return [SEVERITY, FINDING, KEY, SINCE, actions(mute)];
}

/** On a phone: everything about a finding in one cell. */
export function narrowFindingColumns(mute: Mute | null): Column[] {
  return [
    {
      id: "finding",
      header: "Finding",
      placeholderClassName: "h-44",
      cell: (finding) => (
        <div className="grid gap-2 whitespace-normal py-2">
          <div className="flex flex-wrap items-center gap-2">
            <FindingSeverityBadge value={FINDINGS[finding.evidence.kind].severity} />
            <WhoseItIs value={finding.key} />
          </div>
          <WhatWasFound finding={finding} />
          <FindingActions finding={finding} mute={mute} />
        </div>
      ),
    },
  ];
}

function actions(mute: Mute | null): Column {
  return {
    id: "actions",
    header: <span className="sr-only">Actions</span>,
    className: "w-1",
    cell: (finding) => <FindingActions finding={finding} mute={mute} />,
  };
}

function WhatWasFound({ finding }: { finding: FindingView }) {
  const { label, meaning } = FINDINGS[finding.evidence.kind];
  return (
    <div className="min-w-0 max-w-160 whitespace-normal py-2">
      <p className="font-medium">{label}</p>
      <p className="text-pretty text-ink-2">
        <FindingEvidenceText value={finding.evidence} />.
      </p>
      <p className="text-pretty text-ink-3 text-xs">
        {finding.muted ? `Muted by ${finding.muted.by}: “${finding.muted.reason}”` : meaning}
      </p>
    </div>
  );
}

function WhoseItIs({ value: { id, name, environment } }: { value: FindingView["key"] }) {
  return (
    <div className="min-w-0">
      <Link
        href={`/api-keys/${id}`}
        className="block max-w-36 truncate py-0.5 font-medium @min-[980px]/table:max-w-56 hover:underline"
      >
        {name}
      </Link>
      <EnvironmentBadge value={environment} />
    </div>
  );
}

function FindingActions({ finding, mute }: { finding: FindingView; mute: Mute | null }) {
  return (
    <div className="flex gap-1 @min-[560px]/table:flex-col @min-[560px]/table:items-end @min-[980px]/table:flex-row @min-[980px]/table:items-center @min-[980px]/table:justify-end">
      {mute && (
        <Button
          variant="ghost"
          size="sm"
          aria-label={`${finding.muted ? "Unmute" : "Mute"}: ${finding.key.name}`}
          onClick={() => (finding.muted ? mute.unmute(finding) : mute.ask(finding))}
        >
          {finding.muted ? "Unmute" : "Mute"}
        </Button>
      )}
      <FindingActionLink finding={finding} />
    </div>
  );
}
