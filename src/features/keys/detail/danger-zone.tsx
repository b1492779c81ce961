"use client";

import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import type { KeyView } from "@/contracts/keys";
import { actionsFor, KEY_ACTIONS, type KeyAction } from "../key-abilities";
import { useRole } from "../use-role";

interface DangerZoneProps {
  value: KeyView;
  onAction: (action: KeyAction) => void;
}

/** What cannot be taken back. Absent for those who may only look. */
export function DangerZone({ value, onAction }: DangerZoneProps) {
  const actions = actionsFor(value, useRole());
  if (actions.length === 0) return null;
  const mayDelete = actions.includes("delete");
  return (
    <Card aria-labelledby="danger-title" className="border-bad/40">
      <CardHeader>
        <CardTitle id="danger-title">Danger zone</CardTitle>
      </CardHeader>
      <CardContent className="flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 flex-1 basis-64 text-pretty text-ink-2">
          {mayDelete
            ? "Deleting destroys the secret for good. Logs, audit and what the key has made keep its id and name."
            : "An active key cannot be deleted. Revoke it first and see that nothing misses it: that can be undone."}
        </p>
        {mayDelete && (
          <Button variant="danger" onClick={() => onAction("delete")}>
            {KEY_ACTIONS.delete}
          </Button>
        )}
      </CardContent>
    </Card>
  );
}
