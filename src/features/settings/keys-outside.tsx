"use client";

import { ConfirmDialog } from "@/components/confirm-dialog";
import { Link } from "@/components/link";
import type { KeysOutside } from "@/contracts/key-policies";
import { count } from "@/lib/words";

/** "12 keys are outside of the saved policy", "1,000 keys or more would be outside of this policy". */
export function outsideText(outside: KeysOutside, verb: "are" | "would be"): string {
  const { count: found, cap } = outside;
  const be = verb === "are" && found === 1 ? "is" : verb;
  return `${count(found, "key")}${found >= cap ? " or more" : ""} ${be} outside of ${verb === "are" ? "the saved" : "this"} policy`;
}

/** The keys that are outside, each with the rules that it breaks and a link to where it is edited. */
export function OutsideList({ outside }: { outside: KeysOutside }) {
  const left = outside.count - outside.keys.length;
  return (
    <>
      <ul className="mt-2 divide-y">
        {outside.keys.map(({ id, name, broken }) => (
          <li key={id} className="grid gap-x-4 py-1.5 text-sm sm:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]">
            <Link
              href={`/api-keys/${id}`}
              className="min-w-0 break-words font-medium text-accent hover:underline"
            >
              {name}
            </Link>
            <span className="text-ink-2">{broken.join(" ")}</span>
          </li>
        ))}
      </ul>
      {left > 0 && (
        <p className="mt-2 text-ink-3 text-xs">
          And {left.toLocaleString("en")}
          {outside.count >= outside.cap ? " or more" : ""} others: Findings lists them all.
        </p>
      )}
    </>
  );
}

interface OutsideDialogProps {
  outside: KeysOutside;
  /** Whether some of them will be revoked for it. */
  revokes: boolean;
  onConfirm: () => void;
  onClose: () => void;
  pending: boolean;
  error: unknown;
}

/** Asks before a policy is saved that keys are outside of, and says which. */
export function OutsideDialog({ outside, revokes, onConfirm, onClose, pending, error }: OutsideDialogProps) {
  return (
    <ConfirmDialog
      title="Save this policy?"
      confirmLabel="Save policy"
      tone="primary"
      onConfirm={onConfirm}
      onClose={onClose}
      pending={pending}
      error={error}
    >
      <p>
        {outsideText(outside, "would be")}. They go on working as they are; what breaks a rule can only be
        changed for the better, and a key that is revoked does not come back until it fits.
        {revokes && " Those that are not used are revoked, seven days from now at the earliest."}
      </p>
      <OutsideList outside={outside} />
    </ConfirmDialog>
  );
}
