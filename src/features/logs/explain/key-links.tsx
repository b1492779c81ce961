"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import type { Explanation } from "@/contracts/explain";
import type { Check } from "@/contracts/requests";
import { roleAllows } from "@/contracts/roles";

/** What an administrator can do to the key so that it is let in. Against the other refusals, the caller has to. */
const CURES: Partial<Record<Check, { label: string; action: string }>> = {
  revoked: { label: "Reactivate the key", action: "reactivate" },
  expired: { label: "Set a later expiry", action: "edit" },
  address: { label: "Edit its addresses", action: "edit" },
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
  const { role } = useSession().admin;
  if (!key) return null;
  const cure = refusedBy && roleAllows(role, "keys:manage") ? CURES[refusedBy] : undefined;
  return (
    <div className="flex flex-wrap gap-2">
      {cure && <ButtonLink href={`/api-keys/${key.id}?do=${cure.action}`}>{cure.label}</ButtonLink>}
      <ButtonLink href={`/api-keys/${key.id}`}>Open the key</ButtonLink>
      {changed && roleAllows(role, "audit:read") && <KeyHistoryLink keyId={key.id} />}
    </div>
  );
}

/** To all changes of a key, also of one that is deleted. */
export function KeyHistoryLink({ keyId }: { keyId: string }) {
  return <ButtonLink href={`/audit?subject=${keyId}&env=all`}>Its changes in Audit</ButtonLink>;
}

function ButtonLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Button asChild size="sm">
      <Link href={href}>{children}</Link>
    </Button>
  );
}
