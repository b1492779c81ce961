"use client";

import { useState } from "react";
import { Note } from "@/components/note";
import { onDemand } from "@/components/on-demand";
import { useMay } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { KeyStatus } from "@/contracts/keys";
import { MadeLinks, useMade, whatWorks } from "../made";

const RevokeMadeDialog = onDemand(() =>
  import("../actions/revoke-made-dialog").then((module) => module.RevokeMadeDialog),
);

interface MadeNoteProps {
  id: Id<"key">;
  name: string;
  environment: Environment;
  status: KeyStatus | "deleted";
}

/**
 * What still works of a key that does not, and the one press that cuts it off. A thief can revoke a stolen key, or delete it by another,
 * before anybody looks, and its page must not read as an all-clear then.
 */
export function MadeNote({ id, name, environment, status }: MadeNoteProps) {
  const [isAsked, setIsAsked] = useState(false);
  const made = useMade({ id, environment });
  const mayCutOff = useMay("keys:manage", environment);
  if (!made) return null;
  return (
    <Note tone="warn" className="mb-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="min-w-0 flex-1 basis-72 text-pretty">
          <strong className="font-medium">Still works:</strong> {whatWorks(made.works)}. If this key was
          stolen, it lives on there. <MadeLinks made={made} />
        </p>
        {mayCutOff && (
          <Button variant="danger" onClick={() => setIsAsked(true)}>
            Revoke what it made
          </Button>
        )}
      </div>
      {isAsked && (
        <RevokeMadeDialog id={id} name={name} status={status} made={made} onClose={() => setIsAsked(false)} />
      )}
    </Note>
  );
}
