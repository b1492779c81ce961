"use client";

import Link from "next/link";
import { Note } from "@/components/note";
import { useMay, useSession } from "@/components/session-context";
import { trpc } from "@/trpc/client";
import { WAITING_INPUT } from "./waiting-input";

/** What of the approvals waits for whoever looks: others' to decide, own ones to reveal. Nothing, mostly. */
export function useWaiting(): { toDecide: number; toReveal: number } {
  const { id } = useSession().admin;
  const mayManage = useMay("keys:manage");
  const approvals = trpc.approvals.list.useQuery(WAITING_INPUT, { enabled: mayManage });
  const waiting = approvals.data ?? [];
  return {
    toDecide: waiting.filter(({ status, requestedById }) => status === "asked" && requestedById !== id)
      .length,
    toReveal: waiting.filter(({ status, requestedById }) => status === "approved" && requestedById === id)
      .length,
  };
}

/** Says on the list of keys that somebody waits. */
export function WaitingNote() {
  const { toDecide, toReveal } = useWaiting();
  if (toDecide + toReveal === 0) return null;
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
  ];
  return (
    <Note className="mb-4">
      {words.join(" ")}{" "}
      <Link href="/api-keys/approvals?env=all" className="text-accent hover:underline">
        Go to Approvals
      </Link>
    </Note>
  );
}
