import Link from "next/link";
import { Badge } from "@/components/badge";
import { Note } from "@/components/note";
import type { Explanation } from "@/contracts/explain";
import { problemPath } from "@/contracts/problems";
import { Checks, remarksOf } from "../checks";
import { statusTone } from "../log-cells";

/** What the gateway says to a call: in or not, in which words, and by which check. */
export function Verdict({ value }: { value: Explanation }) {
  const { refusal, route } = value;
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {refusal ? (
          <>
            <Badge tone={statusTone(refusal.status)} className="tabular-nums">
              {refusal.status}
            </Badge>
            <Link href={problemPath(refusal.code)} className="mono text-accent hover:underline">
              {refusal.code}
            </Link>
          </>
        ) : (
          <Badge tone="ok">Let in</Badge>
        )}
        {route && <span className="mono text-ink-2">{route}</span>}
      </div>
      {refusal && <p className="text-pretty">{refusal.detail}</p>}
      <Steps value={value} />
    </div>
  );
}

function Steps({ value }: { value: Explanation }) {
  const { steps, route, refusal } = value;
  if (route === null) return <Note>No route serves this method and path, so no key is looked at.</Note>;
  if (steps.every(({ outcome }) => outcome === "skipped"))
    return <Note>This route is open to everybody, so there is nothing to check.</Note>;
  return <Checks steps={steps} code={refusal?.code ?? null} remarks={remarksOf(value)} />;
}
