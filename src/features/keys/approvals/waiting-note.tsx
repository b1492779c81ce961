"use client";

import { Link } from "@/components/link";
import { Note } from "@/components/note";
import { useMay } from "@/components/session-context";
import type { WaitingApprovals } from "@/contracts/approvals";
import { trpc } from "@/trpc/client";

/** Of all environments, as they are counted: what waits is to be found wherever one has looked before. */
export const ALL_APPROVALS = "/api-keys/approvals?env=all";

const NOTHING: WaitingApprovals = { toDecide: 0, toReveal: 0, asked: 0 };

/**
 * What of the approvals waits for whoever looks. Nothing, mostly. The server's page brings the answer: else what waits would come
 * into a page that is already there, and push it down.
 */
export function useWaiting(): WaitingApprovals {
  const mayManage = useMay("keys:manage");
  return trpc.approvals.countWaiting.useQuery(undefined, { enabled: mayManage }).data ?? NOTHING;
}

/** Says on the list of keys who waits for whom. */
export function WaitingNote() {
  const { toDecide, toReveal, asked } = useWaiting();
  if (toDecide + toReveal + asked === 0) return null;
  const words = [
    ...(toDecide > 0
      ? [toDecide === 1 ? "1 request waits for approval." : `${toDecide} requests wait for approval.`]
      : []),
    ...(toReveal > 0
      ? [
          toReveal === 1
            ? "1 key of yours was approved: reveal its secret."
            : `${toReveal} keys of yours were approved: reveal their secrets.`,
        ]
      : []),
    ...(asked > 0
      ? [
          asked === 1
            ? "1 request of yours waits for somebody else."
            : `${asked} requests of yours wait for somebody else.`,
        ]
      : []),
  ];
  return (
    <Note className="mb-4">
      {words.join(" ")}{" "}
      <Link href={ALL_APPROVALS} className="text-accent hover:underline">
        Go to Approvals
      </Link>
    </Note>
  );
}
