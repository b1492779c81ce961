"use client";

import { Note } from "@/components/note";
import { RelativeText } from "@/components/timestamp";
import type { KeyView } from "@/contracts/keys";
import { grantsNothing } from "../key-abilities";

/** What whoever looks at this key should know before anything else. Mostly nothing. */
export function KeyNotes({ value }: { value: KeyView }) {
  return (
    <>
      {value.revokedAt && (
        <Note className="mb-4 border">
          Revoked <RelativeText value={value.revokedAt} />
          {value.revokedBy && ` by ${value.revokedBy}`}
          {value.revokedReason && `: “${value.revokedReason}”`}. Calls get 401{" "}
          <code className="mono">key_revoked</code>.
        </Note>
      )}
      {value.status === "expired" && (
        <Note className="mb-4 border">
          Calls get 401 <code className="mono">key_expired</code>. Set a later expiry to make the same secret
          work again.
        </Note>
      )}
      {grantsNothing(value) && (
        <Note tone="warn" className="mb-4">
          This key is restricted to customers that are all gone, so it can do nothing. Edit it to choose
          customers again.
        </Note>
      )}
    </>
  );
}
