"use client";

import Link from "next/link";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import type { Explanation } from "@/contracts/explain";
import type { Check } from "@/contracts/requests";
import { roleAllows } from "@/contracts/roles";

/** The refusals that editing the key can end. */
const CURED_BY_EDITING: readonly (Check | null)[] = ["expired", "address", "limit", "permission"];

/** To the key, and to what would let the call in. */
export function KeyLinks({ value: { key, refusedBy } }: { value: Explanation }) {
  const mayEdit = roleAllows(useSession().admin.role, "keys:manage");
  if (!key) return null;
  return (
    <div className="flex flex-wrap gap-2">
      <Button asChild size="sm">
        <Link href={`/api-keys/${key.id}`}>Open the key</Link>
      </Button>
      {mayEdit && CURED_BY_EDITING.includes(refusedBy) && (
        <Button asChild size="sm">
          <Link href={`/api-keys/${key.id}?do=edit`}>Edit the key</Link>
        </Button>
      )}
    </div>
  );
}
