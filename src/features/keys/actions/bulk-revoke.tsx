"use client";

import { type ReactNode, useState } from "react";
import type { DataTableSelection } from "@/components/data-table-selection";
import { onDemand } from "@/components/on-demand";
import { Button } from "@/components/ui/button";
import type { KeyView } from "@/contracts/keys";

const RevokeKeysDialog = onDemand(() =>
  import("./revoke-keys-dialog").then((module) => module.RevokeKeysDialog),
);

const NONE: ReadonlySet<string> = new Set();

/**
 * Ticking rows, and revoking what is ticked. Only rows that are on the page count as ticked: nobody revokes what they
 * cannot see.
 */
export function useBulkRevoke(rows: readonly KeyView[]): {
  selection: DataTableSelection<KeyView>;
  dialog: ReactNode;
} {
  const [ticked, setTicked] = useState(NONE);
  const [asking, setAsking] = useState<KeyView[] | null>(null);
  const chosen = rows.filter((key) => ticked.has(key.id) && isRevocable(key));
  const selection: DataTableSelection<KeyView> = {
    selected: new Set(chosen.map((key) => key.id)),
    onChange: setTicked,
    rowLabel: (key) => key.name,
    selectable: isRevocable,
    actions: (
      <Button variant="danger" size="sm" onClick={() => setAsking(chosen)}>
        Revoke
      </Button>
    ),
  };
  const dialog = asking && (
    <RevokeKeysDialog
      values={asking}
      onClose={() => setAsking(null)}
      onRevoked={() => {
        setAsking(null);
        setTicked(NONE);
      }}
    />
  );
  return { selection, dialog };
}

function isRevocable(key: KeyView): boolean {
  return key.revokedAt === null;
}
