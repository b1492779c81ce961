"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { CopyField } from "@/components/copy-field";
import { EnvironmentBadge } from "@/components/environment-badge";
import { ErrorNotice } from "@/components/error-notice";
import { Note } from "@/components/note";
import { PageHeader } from "@/components/page-header";
import { useSession } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { LicenseView } from "@/contracts/licenses";
import { roleAllows, whomToAsk } from "@/contracts/roles";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { LicenseActionDialogs } from "../actions/license-action-dialogs";
import {
  type AskedLicenseAction,
  LICENSE_ACTIONS,
  type LicenseAction,
  licenseActionsFor,
} from "../license-abilities";
import { LicenseStatusBadge } from "../license-status";
import { type ActivationsQuery, LicenseActivations } from "./license-activations";
import { LicenseDetailSkeleton } from "./license-detail-skeleton";
import { LicenseFacts } from "./license-facts";
import { LicenseHistory } from "./license-history";
import { LicenseNotFound } from "./license-not-found";

interface LicenseDetailProps {
  id: Id<"lic">;
  activations: ActivationsQuery;
  onActivations: (patch: Partial<ActivationsQuery>) => void;
}

/** Everything about one licence, and what can be done to it. */
export function LicenseDetail({ id, activations, onActivations }: LicenseDetailProps) {
  const router = useRouter();
  const [asked, setAsked] = useState<AskedLicenseAction | null>(null);
  const found = trpc.licenses.get.useQuery({ id });
  const license = found.data;
  // Also where it is still shown: somebody has deleted it meanwhile.
  if (describeError(found.error).code === "not_found") return <LicenseNotFound />;
  if (!license) {
    if (found.error) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />;
    return <LicenseDetailSkeleton />;
  }
  return (
    <>
      <Header value={license} onAction={(action) => setAsked({ action, license })} />
      {found.error && (
        <ErrorNotice error={found.error} onRetry={() => void found.refetch()} className="mb-4" />
      )}
      <Standstill value={license} />
      {/* The facts come first on a phone, and stand at the right on a wide screen. */}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(340px,1fr)]">
        <LicenseFacts value={license} className="lg:order-2" />
        <div className="min-w-0 space-y-4">
          <LicenseActivations id={id} query={activations} onChange={onActivations} />
          <LicenseHistory id={id} />
        </div>
      </div>
      <LicenseActionDialogs
        asked={asked}
        onClose={() => setAsked(null)}
        onDeleted={() => router.push("/licenses")}
      />
    </>
  );
}

interface HeaderProps {
  value: LicenseView;
  onAction: (action: LicenseAction) => void;
}

const CUTS = new Set<LicenseAction>(["revoke", "delete"]);

function Header({ value, onAction }: HeaderProps) {
  const actions = licenseActionsFor(value, useSession().admin.role);
  return (
    <PageHeader
      breadcrumb={[{ label: "Licences", href: "/licenses" }]}
      title={value.product}
      badge={<LicenseStatusBadge value={value} />}
      sub={
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <EnvironmentBadge value={value.environment} label={ENVIRONMENT_DETAILS[value.environment].label} />
          <LicenseKey value={value} />
        </div>
      }
      actions={
        actions.length > 0 &&
        actions.map((action) => (
          <Button
            key={action}
            variant={CUTS.has(action) ? "danger" : "outline"}
            onClick={() => onAction(action)}
          >
            {LICENSE_ACTIONS[action]}
          </Button>
        ))
      }
    />
  );
}

/** The licence key; masked for roles that may not see it whole, and then there is nothing worth copying. */
function LicenseKey({ value: { key } }: { value: LicenseView }) {
  if (roleAllows(useSession().admin.role, "licenses:reveal")) {
    return <CopyField value={key} label="licence key" />;
  }
  return (
    <span className="mono" title={`To see it whole, ask ${whomToAsk("licenses:reveal")}`}>
      {key}
    </span>
  );
}

/** Why and since when somebody has taken the licence out of use. */
function Standstill({ value }: { value: LicenseView }) {
  const at = value.revokedAt ?? value.suspendedAt;
  if (!at) return null;
  const reason = value.revokedAt ? value.revokedReason : value.suspendedReason;
  return (
    <Note tone={value.revokedAt ? "idle" : "warn"} className="mb-4">
      {value.revokedAt ? "Revoked " : "Suspended "}
      <Timestamp value={at} />
      {reason && `: “${reason}”`}.{" "}
      {value.revokedAt ? "That is final." : "Apps are refused until it is reinstated."}
    </Note>
  );
}
