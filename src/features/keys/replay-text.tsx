import { CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import { Note } from "@/components/note";
import { RelativeText } from "@/components/timestamp";
import type { LimitReplay, PermissionReplay } from "@/contracts/usage";
import { count, listOf } from "@/lib/words";
import { permissionLabel } from "./permission-groups";

/** What a set of permissions would have done to past calls. */
export function PermissionReplayText({ value }: { value: PermissionReplay }) {
  const { calls, refused, missing } = value;
  if (calls === 0) return <Note>The key made no call in the last 30 days to try this on.</Note>;
  const result = `${refused.toLocaleString("en")} of ${count(calls, "call")} in 30 days would have been refused.`;
  if (refused === 0) return <Proof>{result}</Proof>;
  const needs = missing.map((one) => `${permissionLabel(one.permission)} (${count(one.calls, "call")})`);
  return (
    <Note tone="warn">
      <strong className="font-medium">{result}</strong> They needed {listOf(needs)}.
    </Note>
  );
}

/** What limits would have done to past calls. */
export function LimitReplayText({ value }: { value: LimitReplay }) {
  const { calls, refused, refusedThen, capped, since } = value;
  const span = spanWords(value);
  if (calls === 0) return <Note>The log has no call of this key in {span} to try this on.</Note>;
  const result = capped
    ? `${refused.toLocaleString("en")} of the last ${count(calls, "call")} would have been refused`
    : `${refused.toLocaleString("en")} of ${count(calls, "call")} in ${span} would have been refused`;
  const then = (
    <>
      {capped && since && (
        <>
          {" "}
          These go back to <RelativeText value={since} />.
        </>
      )}
      {refusedThen > 0 && ` The limits that held then refused ${refusedThen.toLocaleString("en")}.`}
    </>
  );
  if (refused === 0) {
    return (
      <Proof>
        {result}.{then}
      </Proof>
    );
  }
  return (
    <Note tone="warn">
      <strong className="font-medium">{result}.</strong>
      {then}
    </Note>
  );
}

function Proof({ children }: { children: ReactNode }) {
  return (
    <p role="note" className="flex items-start gap-2 rounded-lg bg-ok-soft px-3 py-2 text-ok text-sm">
      <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>{children}</span>
    </p>
  );
}

/** Of what past limits were tried on: "the last 7 days", or "the last 3 days, as far as the log goes back,". */
export function spanWords({ hours, cut }: Pick<LimitReplay, "hours" | "cut">): string {
  const length = hours >= 48 ? count(hours / 24, "day") : count(hours, "hour");
  return cut ? `the last ${length}, as far as the log goes back,` : `the last ${length}`;
}
