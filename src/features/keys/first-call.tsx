"use client";

import { CircleCheck } from "lucide-react";
import type { Id } from "@/contracts/ids";
import { durationText } from "@/lib/duration";
import { trpc } from "@/trpc/client";

const LOOK_EVERY_MS = 2_000;

interface FirstCallProps {
  id: Id<"key">;
  /** When the secret was made: what came before was another's, and is not what is waited for. */
  since: string;
}

/** Waits for the first call with a new secret, and says how it was answered. */
export function FirstCall({ id, since }: FirstCallProps) {
  const calls = trpc.requests.list.useQuery(
    { keyId: id, from: since, limit: 10 },
    { refetchInterval: ({ state }) => (state.data?.data.length ? false : LOOK_EVERY_MS), gcTime: 0 },
  );
  const first = calls.data?.data.at(-1);
  return (
    <p role="status" className="mt-3 flex min-h-5 items-center gap-2 text-sm">
      {first ? (
        <>
          <CircleCheck aria-hidden className={first.status < 400 ? "size-4 text-ok" : "size-4 text-warn"} />
          First call received:{" "}
          <span className="mono">
            {first.status}
            {first.code && ` ${first.code}`}
          </span>
          , {durationText(first.durationMs)}
        </>
      ) : (
        <>
          <span aria-hidden className="size-2 animate-pulse rounded-full bg-ink-3" />
          <span className="text-ink-2">Waiting for the first call…</span>
        </>
      )}
    </p>
  );
}
