"use client";

import { Link } from "@/components/link";
import { ReducedLogNote } from "@/components/reduced-log-note";
import { useMay } from "@/components/session-context";
import { whomToAsk } from "@/contracts/roles";
import { trpc } from "@/trpc/client";

/** How often the server is asked. The page need not be left for the notice to come and go. */
const INTERVAL_MS = 30_000;

/** What wants attention about the log itself: that it leaves calls out. Stands where its rows or their absence matter. */
export function ReducedLog() {
  const { data } = trpc.requests.state.useQuery(undefined, { refetchInterval: INTERVAL_MS });
  const mayManage = useMay("settings:manage");
  if (!data) return null;
  return (
    <ReducedLogNote state={data} className="mb-4">
      {mayManage ? (
        <Link href="/settings#request-log" className="underline underline-offset-2">
          Settings
        </Link>
      ) : (
        `Ask ${whomToAsk("settings:manage")} for more room.`
      )}
    </ReducedLogNote>
  );
}
