import { RelativeText } from "@/components/timestamp";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import type { FindingEvidence } from "@/contracts/findings";
import { PERMISSION_DETAILS, type Permission } from "@/contracts/permissions";
import { count, listOf } from "@/lib/words";

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
      throw new Error(
        `No words for ${JSON.stringify(value satisfies never)}; add them to finding-evidence.tsx`,
      );
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
