"use client";

import { Note } from "@/components/note";
import { useSession } from "@/components/session-context";
import type { RequestExplanation } from "@/contracts/explain";
import { roleAllows } from "@/contracts/roles";
import { KeyHistoryLink, KeyLinks } from "./key-links";
import { Verdict } from "./verdict";

/** What the gateway would say to a call of the log at this moment, and what is different from then. */
export function AnswerNow({ call: { now, logged } }: { call: RequestExplanation }) {
  const mayReadAudit = roleAllows(useSession().admin.role, "audit:read");
  if (!now) {
    return (
      <Note>
        {logged.route === null
          ? "No route served this method and path, so no key was looked at."
          : "The log does not tell which key the call carried, so this cannot be told."}
      </Note>
    );
  }
  const deleted = now.key === null;
  const changed = now.refusedBy !== logged.refusedBy;
  return (
    <>
      {changed && (
        <Note tone="warn">
          {deleted
            ? `The key “${logged.key?.name}” has been deleted since.`
            : "This is not what it said then: the key has been changed, or its limit stands otherwise."}
        </Note>
      )}
      <Verdict value={now} />
      <KeyLinks value={now} changed={changed} />
      {deleted && logged.key && mayReadAudit && <KeyHistoryLink keyId={logged.key.id} />}
    </>
  );
}
