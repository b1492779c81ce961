"use client";

import type { ReactNode } from "react";
import { EnvironmentBadge } from "@/components/environment-badge";
import { KeyValue } from "@/components/key-value";
import { Link } from "@/components/link";
import { Note } from "@/components/note";
import { useRole } from "@/components/session-context";
import { FullTime, Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { DialogFooter } from "@/components/ui/dialog";
import { maskApiKey } from "@/contracts/key-shape";
import type { KeyIdentity, KeyView } from "@/contracts/keys";
import { count } from "@/lib/words";
import { ClockTime } from "../clock-time";
import { type AskedAction, isOffered, KEY_ACTIONS, type KeyAction } from "../key-abilities";
import { KeyStatusBadge } from "../key-status";
import { MadeLinks, useMade, whatWorks } from "../made";

interface KeyAnswerProps {
  identity: KeyIdentity;
  pasted: string;
  onAction: (asked: AskedAction) => void;
  /** Asks for another. */
  onAgain: () => void;
  onClose: () => void;
}

type KnownIdentity = Exclude<KeyIdentity, { found: "nothing" }>;

/** Whose key it is, whether it opens anything, and what can be done about that at once. */
export function KeyAnswer({ identity, pasted, onAction, onAgain, onClose }: KeyAnswerProps) {
  const another = (
    <Button variant="ghost" onClick={onAgain}>
      Look up another
    </Button>
  );
  if (identity.found === "nothing") {
    return (
      <>
        {identity.wellFormed ? (
          <Note>
            <strong className="font-medium">Not one of ours.</strong> Its checksum is right, so it is a real
            key: of another installation, or one that has been deleted here.
            {identity.beyondCompare > 0 &&
              ` Or one of ${count(identity.beyondCompare, "secret")} that were replaced before the pepper was changed.`}
          </Note>
        ) : (
          <Damaged pasted={pasted} onClose={onClose} />
        )}
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
      <Facts apiKey={key} onClose={onClose} />
      <Fate identity={identity} />
      <MadeStillWorks apiKey={key} onClose={onClose} />
      <DialogFooter>
        {another}
        <Actions identity={identity} onAction={onAction} />
      </DialogFooter>
    </>
  );
}

/** Whose a damaged key is cannot be said, and that it is nobody's even less. */
function Damaged({ pasted, onClose }: Pick<KeyAnswerProps, "pasted" | "onClose">) {
  const [beginning = ""] = maskApiKey(pasted).split("…");
  return (
    <Note tone="warn">
      <strong className="font-medium">Not a whole key.</strong> Characters are missing or mistyped, so it
      cannot be said whose it is. Look for the whole one where this was found, or at{" "}
      <Link
        href={`/api-keys?search=${encodeURIComponent(beginning)}`}
        onClick={onClose}
        className="underline underline-offset-2"
      >
        the keys that begin with <span className="mono">{beginning}</span>
      </Link>
      .
    </Note>
  );
}

function Facts({ apiKey, onClose }: { apiKey: KeyView; onClose: () => void }) {
  const items: { label: string; value: ReactNode }[] = [
    {
      label: "Key",
      value: (
        <Link
          href={`/api-keys/${apiKey.id}`}
          onClick={onClose}
          className="font-medium text-accent hover:underline"
        >
          {apiKey.name}
        </Link>
      ),
    },
    {
      label: "Environment",
      value: <EnvironmentBadge value={apiKey.environment} />,
    },
    { label: "Status", value: <KeyStatusBadge value={apiKey} /> },
    { label: "Last used", value: apiKey.lastUsedAt ? <Timestamp value={apiKey.lastUsedAt} /> : "Never used" },
    { label: "Created by", value: apiKey.createdBy },
  ];
  return <KeyValue items={items} />;
}

function Fate({ identity }: { identity: KnownIdentity }) {
  if (identity.found === "replaced") {
    return (
      <Note>
        A secret that was replaced on <FullTime value={identity.replacedAt} />. It opens nothing any more.
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

/** That the key lives on elsewhere, whatever became of its secrets: "does not work" would read as an all-clear. */
function MadeStillWorks({ apiKey, onClose }: { apiKey: KeyView; onClose: () => void }) {
  const made = useMade(apiKey);
  if (!made) return null;
  return (
    <Note tone="warn">
      <strong className="font-medium">Still works:</strong> {whatWorks(made.works)}. If this key was stolen,
      it lives on there;{" "}
      {apiKey.status === "active" ? "Revoke" : <KeyPageLink id={apiKey.id} onClose={onClose} />} offers to cut
      that off. <MadeLinks made={made} onFollow={onClose} />
    </Note>
  );
}

function KeyPageLink({ id, onClose }: { id: string; onClose: () => void }) {
  return (
    <Link href={`/api-keys/${id}`} onClick={onClose} className="underline underline-offset-2">
      its page
    </Link>
  );
}

function Actions({ identity, onAction }: { identity: KnownIdentity } & Pick<KeyAnswerProps, "onAction">) {
  const { key } = identity;
  const role = useRole(key.environment);
  // A secret in its overlap is not the one that a regenerate would end first, and whoever uses the current one need not
  // be cut off because of it.
  const cures: readonly KeyAction[] =
    identity.found === "previous" && key.status === "active"
      ? ["endOverlap", "revoke"]
      : ["regenerate", "revoke"];
  return cures
    .filter((action) => isOffered(action, key, role))
    .map((action) => (
      <Button
        key={action}
        variant={action === "revoke" ? "danger" : "outline"}
        onClick={() => onAction({ action, key })}
      >
        {KEY_ACTIONS[action]}
      </Button>
    ));
}
