"use client";

import { CircleCheck } from "lucide-react";
import { Badge } from "@/components/badge";
import { EmptyState } from "@/components/empty-state";
import { Link } from "@/components/link";
import { useMay } from "@/components/session-context";
import { FullTime, RelativeText } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import {
  FINDING_ACTIONS,
  FINDING_SEVERITIES,
  FINDINGS,
  type FindingEvidence,
  type FindingSeverity,
  type FindingView,
} from "@/contracts/findings";
import { PERMISSION_DETAILS, type Permission } from "@/contracts/permissions";
import { count, listOf } from "@/lib/words";

const TONES = { high: "bad", medium: "warn", low: "idle" } as const satisfies Record<FindingSeverity, string>;

/** How grave a finding is. */
export function FindingSeverityBadge({ value }: { value: FindingSeverity }) {
  return <Badge tone={TONES[value]}>{FINDING_SEVERITIES[value].label}</Badge>;
}

const figure = new Intl.NumberFormat("en");
const share = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

/** On what a finding rests, as a sentence. */
export function FindingEvidenceText({ value }: { value: FindingEvidence }) {
  switch (value.kind) {
    case "exposed":
      return (
        <>
          In {count(value.calls, "call")}, last <RelativeText value={value.lastAt} />; request{" "}
          <span className="mono break-all">{value.lastRequestId}</span>
        </>
      );
    case "new_network":
      return (
        <>
          <span className="mono">{value.network}</span>, first seen <RelativeText value={value.firstAt} />,
          and before that no use since <RelativeText value={value.usedBeforeAt} />
        </>
      );
    case "expiring":
      return (
        <>
          Expires <RelativeText value={value.expiresAt} />
        </>
      );
    case "silent":
      return (
        <>
          Not used since <RelativeText value={value.since} />; will be revoked{" "}
          <RelativeText value={value.revokedAt} />, at the next maintenance after{" "}
          <FullTime value={value.revokedAt} />
        </>
      );
    case "outside_policy":
      return <>{value.broken.join(" ")}</>;
    case "resumed":
      return (
        <>
          Used again <RelativeText value={value.resumedAt} />; dormant since{" "}
          <RelativeText value={value.dormantSince} />
        </>
      );
    case "wrong_environment":
      return (
        <>
          {count(value.calls, "call")} in 7 days to{" "}
          {listOf(value.environments.map((one) => ENVIRONMENT_DETAILS[one].label))}, last{" "}
          <RelativeText value={value.lastHour} />
        </>
      );
    case "limit_hit":
      return (
        <>
          {figure.format(value.limited)} of {count(value.calls, "call")} in 7 days (
          {share.format(value.limited / value.calls)})
        </>
      );
    case "over_privileged":
      return <>{overPrivileged(value)}</>;
    case "owner_left":
      return <>Its owner is still {value.owner}</>;
    case "never_used":
      return (
        <>
          Created <RelativeText value={value.createdAt} />
        </>
      );
    case "dormant":
      return (
        <>
          Last used <RelativeText value={value.lastUsedAt} />
        </>
      );
    case "no_expiry":
      return (
        <>
          Created <RelativeText value={value.createdAt} />, works until it is revoked
        </>
      );
    default:
      throw new Error(`No words for ${JSON.stringify(value satisfies never)}; add them to finding-parts.tsx`);
  }
}

function overPrivileged(value: Extract<FindingEvidence, { kind: "over_privileged" }>): string {
  const unused = `${names(value.unexercised)} not exercised in 30 days`;
  return value.proposed.length === 0
    ? `${unused}: none of its ${count(value.calls, "call")} took a permission`
    : `${unused}; its ${count(value.calls, "call")} needed ${names(value.proposed)}`;
}

function names(permissions: readonly Permission[]): string {
  return listOf(permissions.map((permission) => PERMISSION_DETAILS[permission].label));
}

/** The one thing to do about a finding: it leads to the key, where the form or dialog for it opens. */
export function FindingActionLink({ finding }: { finding: FindingView }) {
  const { action } = FINDINGS[finding.evidence.kind];
  const needed = action === "review" ? "keys:read" : "keys:manage";
  if (!useMay(needed, finding.key.environment)) return null;
  const { id } = finding.key;
  // What a finding rests on may be weeks old, and have come in at another environment's endpoint.
  const calls = `/logs?keyId=${id}&period=30d&env=all`;
  return (
    <Button asChild size="sm">
      <Link
        href={action === "review" ? calls : `/api-keys/${id}?do=${action}`}
        aria-label={`${FINDING_ACTIONS[action]}: ${finding.key.name}`}
      >
        {FINDING_ACTIONS[action]}
      </Link>
    </Button>
  );
}

/** Nothing is wrong. */
export function NothingFound() {
  return (
    <EmptyState
      icon={CircleCheck}
      title="Nothing wants attention"
      text="No active key is unused, over-privileged, about to expire, or called from where it never was."
    />
  );
}
