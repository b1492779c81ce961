"use client";

import type { ReactNode } from "react";
import { Badge } from "@/components/badge";
import { Link } from "@/components/link";
import { Note } from "@/components/note";
import { useMay } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { auditHistoryPath } from "@/contracts/audit";
import type { Explanation } from "@/contracts/explain";
import { problemPath } from "@/contracts/problems";
import type { Check } from "@/contracts/requests";
import { Checks, remarksOf } from "../checks";
import { statusTone } from "../log-columns";

/** What the gateway says to a call: in or not, in which words, and by which check. */
export function Verdict({ value }: { value: Explanation }) {
  const { refusal, route } = value;
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {refusal ? (
          <>
            <Badge tone={statusTone(refusal.status)} className="tabular-nums">
              {refusal.status}
            </Badge>
            <Link href={problemPath(refusal.code)} className="mono text-accent hover:underline">
              {refusal.code}
            </Link>
          </>
        ) : (
          <Badge tone="ok">Let in</Badge>
        )}
        {route && <span className="mono text-ink-2">{route}</span>}
      </div>
      {refusal && <p className="text-pretty">{refusal.detail}</p>}
      <Steps value={value} />
    </div>
  );
}

function Steps({ value }: { value: Explanation }) {
  const { steps, route, refusal } = value;
  if (route === null) return <Note>No route serves this method and path, so no key is looked at.</Note>;
  if (steps.every(({ outcome }) => outcome === "skipped"))
    return <Note>This route is open to everybody, so there is nothing to check.</Note>;
  return <Checks steps={steps} code={refusal?.code ?? null} remarks={remarksOf(value)} />;
}

/** What an administrator can do to the key so that it is let in. Against the other refusals, the caller has to. */
const CURES: Partial<Record<Check, { label: string; action: string }>> = {
  revoked: { label: "Reactivate the key", action: "reactivate" },
  expired: { label: "Set a later expiry", action: "edit" },
  address: { label: "Edit its addresses", action: "edit" },
  origin: { label: "Edit its origins", action: "edit" },
  limit: { label: "Edit its limits", action: "edit" },
  permission: { label: "Edit its permissions", action: "edit" },
};

interface KeyLinksProps {
  value: Pick<Explanation, "key" | "refusedBy">;
  /** Leads to what was done to the key, too. */
  changed?: boolean;
}

/** To the key, to what would let the call in, and to what was done to the key since. */
export function KeyLinks({ value: { key, refusedBy }, changed = false }: KeyLinksProps) {
  const mayManage = useMay("keys:manage");
  const mayAudit = useMay("audit:read");
  if (!key) return null;
  const cure = refusedBy && mayManage ? CURES[refusedBy] : undefined;
  return (
    <div className="flex flex-wrap gap-2">
      {cure && <ButtonLink href={`/api-keys/${key.id}?do=${cure.action}`}>{cure.label}</ButtonLink>}
      <ButtonLink href={`/api-keys/${key.id}`}>Open the key</ButtonLink>
      {changed && mayAudit && <KeyHistoryLink keyId={key.id} />}
    </div>
  );
}

/** To all changes of a key, also of one that is deleted. */
export function KeyHistoryLink({ keyId }: { keyId: string }) {
  return <ButtonLink href={auditHistoryPath(keyId)}>Its changes in Audit</ButtonLink>;
}

function ButtonLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Button asChild size="sm">
      <Link href={href}>{children}</Link>
    </Button>
  );
}
