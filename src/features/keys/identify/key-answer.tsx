"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { EnvironmentBadge } from "@/components/environment-badge";
import { KeyValue } from "@/components/key-value";
import { Note } from "@/components/note";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { DialogFooter } from "@/components/ui/dialog";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import type { KeyIdentity, KeyView } from "@/contracts/keys";
import { utcTime } from "@/lib/relative-time";
import { ClockTime } from "../clock-time";
import { type AskedAction, actionsFor, KEY_ACTIONS } from "../key-abilities";
import { KeyStatusBadge } from "../key-status";
import { useRole } from "../use-role";

interface KeyAnswerProps {
  identity: KeyIdentity;
  onAction: (asked: AskedAction) => void;
  /** Asks for another. */
  onAgain: () => void;
  onClose: () => void;
}

/** Whose key it is, whether it opens anything, and what can be done about that at once. */
export function KeyAnswer({ identity, onAction, onAgain, onClose }: KeyAnswerProps) {
  const another = (
    <Button variant="ghost" onClick={onAgain}>
      Look up another
    </Button>
  );
  if (identity.found === "nothing") {
    return (
      <>
        <Note>
          <strong className="font-medium">Not one of ours.</strong>{" "}
          {identity.wellFormed
            ? "Its checksum is right, so it is a real key: of another installation, or of a key that has been deleted here."
            : "Its checksum is wrong: it was mistyped, cut off or made up, and opens nothing anywhere."}
        </Note>
        <DialogFooter>
          {another}
          <Button onClick={onClose}>Close</Button>
        </DialogFooter>
      </>
    );
  }
  const { key } = identity;
  return (
    <>
      <Facts value={key} onClose={onClose} />
      <Fate identity={identity} />
      <DialogFooter>
        {another}
        <Actions value={key} onAction={onAction} />
      </DialogFooter>
    </>
  );
}

function Facts({ value, onClose }: { value: KeyView; onClose: () => void }) {
  const items: { label: string; value: ReactNode }[] = [
    {
      label: "Key",
      value: (
        <Link
          href={`/api-keys/${value.id}`}
          onClick={onClose}
          className="font-medium text-accent hover:underline"
        >
          {value.name}
        </Link>
      ),
    },
    {
      label: "Environment",
      value: (
        <EnvironmentBadge value={value.environment} label={ENVIRONMENT_DETAILS[value.environment].label} />
      ),
    },
    { label: "Status", value: <KeyStatusBadge value={value} /> },
    { label: "Last used", value: value.lastUsedAt ? <Timestamp value={value.lastUsedAt} /> : "Never used" },
    { label: "Created by", value: value.createdBy },
  ];
  return <KeyValue items={items} />;
}

function Fate({ identity }: { identity: Exclude<KeyIdentity, { found: "nothing" }> }) {
  if (identity.found === "replaced") {
    return (
      <Note>
        A secret that was replaced on{" "}
        <time dateTime={identity.replacedAt}>{utcTime(Date.parse(identity.replacedAt))}</time>. It opens
        nothing any more.
      </Note>
    );
  }
  const { key } = identity;
  if (key.status !== "active") return <Note>The key does not work, so neither does this secret.</Note>;
  if (identity.found === "previous" && key.overlapUntil) {
    return (
      <Note tone="warn">
        Its previous secret, which works until <ClockTime value={key.overlapUntil} />.
      </Note>
    );
  }
  return (
    <Note tone="warn">Its current secret: whoever holds it can use the key. If it leaked, cut it off.</Note>
  );
}

function Actions({ value, onAction }: { value: KeyView } & Pick<KeyAnswerProps, "onAction">) {
  const role = useRole();
  return actionsFor(value, role)
    .filter((action) => action === "regenerate" || action === "revoke")
    .map((action) => (
      <Button
        key={action}
        variant={action === "revoke" ? "danger" : "outline"}
        onClick={() => onAction({ action, key: value })}
      >
        {KEY_ACTIONS[action]}
      </Button>
    ));
}
