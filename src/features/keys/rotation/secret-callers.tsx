import { Timestamp } from "@/components/timestamp";
import type { SecretUse } from "@/contracts/usage";

const UNKNOWN = { address: "unknown address", agent: "no agent named", route: "no such route" };

/** Who called with a secret: from where, by what program, to which route, and when last. Nothing where nobody did. */
export function SecretCallers({ use }: { use: SecretUse }) {
  if (use.callers.length === 0) return null;
  return (
    <>
      <ul className="divide-y rounded-lg border text-sm">
        {use.callers.map(({ address, agent, route, calls, lastAt }) => (
          <li
            key={`${address} ${agent} ${route}`}
            className="flex flex-wrap items-baseline justify-between gap-x-4 px-3 py-1.5"
          >
            <span className="min-w-0 flex-1 basis-52 break-words">
              <span className="mono">{address ?? UNKNOWN.address}</span>{" "}
              <span className="mono text-ink-2">{route ?? UNKNOWN.route}</span>
              <span className="block break-all text-ink-3 text-xs">{agent ?? UNKNOWN.agent}</span>
            </span>
            <span className="text-ink-2 tabular-nums">
              {calls.toLocaleString("en")} × <Timestamp value={lastAt} />
            </span>
          </li>
        ))}
      </ul>
      {use.capped && (
        <p className="text-ink-3 text-xs">Of the latest {use.calls.toLocaleString("en")} calls.</p>
      )}
    </>
  );
}
