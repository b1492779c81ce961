"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { CopyField } from "@/components/copy-field";
import { DetailSkeleton } from "@/components/detail-skeleton";
import { EnvironmentBadge } from "@/components/environment-badge";
import { ErrorNotice } from "@/components/error-notice";
import { KeyValue } from "@/components/key-value";
import { Link } from "@/components/link";
import { MetadataPairs } from "@/components/metadata-pairs";
import { Note } from "@/components/note";
import { onDemand } from "@/components/on-demand";
import { PageHeader } from "@/components/page-header";
import { RecordNotFound } from "@/components/record-not-found";
import { useMay, useRole } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { Card, CardContent } from "@/components/ui/card";
import type { Id } from "@/contracts/ids";
import type { LicenseView } from "@/contracts/licenses";
import { whomToAsk } from "@/contracts/roles";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { ActivationsCell, ExpiresCell } from "../license-cells";
import {
  type AskedLicenseAction,
  LICENSE_ACTIONS,
  type LicenseAction,
  LicenseStatusBadge,
  licenseActionsFor,
} from "../license-status";
import { LicenseActivations } from "./license-activations";

const LicenseActionDialogs = onDemand(() =>
  import("../license-actions").then((module) => module.LicenseActionDialogs),
);

interface LicenseDetailProps {
  id: Id<"lic">;
  /** The latest changes to it, which the page hands in: they are another feature. */
  history: ReactNode;
}

/** Everything about one licence, and what can be done to it. */
export function LicenseDetail({ id, history }: LicenseDetailProps) {
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
      <Header license={license} onAction={(action) => setAsked({ action, license })} />
      {found.error && (
        <ErrorNotice error={found.error} onRetry={() => void found.refetch()} className="mb-4" />
      )}
      <Standstill license={license} />
      {/* The facts come first on a phone, and stand at the right on a wide screen. */}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(340px,1fr)]">
        <LicenseFacts license={license} className="lg:order-2" />
        <div className="min-w-0 space-y-4">
          <LicenseActivations id={id} />
          {history}
        </div>
      </div>
      {asked && (
        <LicenseActionDialogs
          asked={asked}
          onClose={() => setAsked(null)}
          onDeleted={() => router.push("/licenses")}
        />
      )}
    </>
  );
}

interface HeaderProps {
  license: LicenseView;
  onAction: (action: LicenseAction) => void;
}

const CUTS = new Set<LicenseAction>(["revoke", "delete"]);

function Header({ license, onAction }: HeaderProps) {
  const actions = licenseActionsFor(license, useRole(license.environment));
  return (
    <PageHeader
      breadcrumb={[{ label: "Licences", href: "/licenses" }]}
      title={license.product}
      badge={<LicenseStatusBadge value={license} />}
      sub={
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <EnvironmentBadge value={license.environment} />
          <LicenseKey license={license} />
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
function LicenseKey({ license: { key } }: { license: LicenseView }) {
  if (useMay("licenses:reveal")) {
    return <CopyField value={key} label="licence key" />;
  }
  return (
    <span className="mono" title={`To see it whole, ask ${whomToAsk("licenses:reveal")}`}>
      {key}
    </span>
  );
}

/** Why and since when somebody has taken the licence out of use. */
function Standstill({ license }: { license: LicenseView }) {
  const at = license.revokedAt ?? license.suspendedAt;
  if (!at) return null;
  const reason = license.revokedAt ? license.revokedReason : license.suspendedReason;
  return (
    <Note tone={license.revokedAt ? "idle" : "warn"} className="mb-4">
      {license.revokedAt ? "Revoked " : "Suspended "}
      <Timestamp value={at} />
      {reason && `: “${reason}”`}.{" "}
      {license.revokedAt ? "That is final." : "Apps are refused until it is reinstated."}
    </Note>
  );
}

/** The place of a licence's page while the server reads it. */
export function LicenseDetailSkeleton() {
  return (
    <DetailSkeleton className="lg:grid-cols-[minmax(0,2fr)_minmax(340px,1fr)]">
      <Card className="h-56" />
    </DetailSkeleton>
  );
}

/** There is no licence with this id. */
export function LicenseNotFound() {
  return <RecordNotFound noun="licence" nouns="licences" list={{ label: "Licences", href: "/licenses" }} />;
}

/** What is known of the licence: whose it is and what it allows. The header names it. */
export function LicenseFacts({ license, className }: { license: LicenseView; className?: string }) {
  const items: { label: string; value: ReactNode }[] = [
    { label: "Customer", value: <Owner customer={license.customer} /> },
    { label: "Activations", value: <ActivationsCell license={license} /> },
    { label: "Expires", value: <ExpiresCell license={license} /> },
    { label: "Features", value: <Features features={license.features} /> },
    { label: "Created", value: <Timestamp value={license.createdAt} /> },
    { label: "Changed", value: <Timestamp value={license.updatedAt} /> },
    { label: "Id", value: <CopyField value={license.id} label="licence id" className="-my-1" /> },
  ];
  return (
    <Card aria-label="Facts" className={className}>
      <CardContent>
        <KeyValue items={items} />
      </CardContent>
      {Object.keys(license.metadata).length > 0 && (
        <CardContent className="border-t">
          <h2 className="mb-2 font-medium">Metadata</h2>
          <MetadataPairs metadata={license.metadata} />
        </CardContent>
      )}
    </Card>
  );
}

function Owner({ customer }: Pick<LicenseView, "customer">) {
  if (!customer) return <span className="text-ink-3">No customer</span>;
  return (
    <>
      <Link href={`/customers/${customer.id}`} className="break-all text-accent hover:underline">
        {customer.email}
      </Link>
      {customer.name && <span className="block text-ink-3 text-sm">{customer.name}</span>}
    </>
  );
}

function Features({ features }: { features: readonly string[] }) {
  if (features.length === 0) return <span className="text-ink-3">None</span>;
  return (
    <ul className="flex flex-wrap gap-1">
      {features.map((feature) => (
        <li key={feature} className="mono break-all rounded-sm border px-1.5 text-ink-2 text-xs leading-5">
          {feature}
        </li>
      ))}
    </ul>
  );
}
