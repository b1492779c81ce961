"use client";

import { type ReactNode, useState } from "react";
import { onDemand } from "@/components/on-demand";
import { toastFailure } from "@/components/ui/toast";
import type { FindingView } from "@/contracts/findings";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";

const MuteDialog = onDemand(() => import("./mute-dialog").then((module) => module.MuteDialog));

export interface Mute {
  /** Opens the question why. */
  ask: (finding: FindingView) => void;
  unmute: (finding: FindingView) => void;
  /** The question, to be placed outside of the list. */
  dialog: ReactNode;
}

/** Taking findings off the list, and putting them back. */
export function useMute(): Mute {
  const [asking, setAsking] = useState<FindingView | null>(null);
  const refresh = useRefresh("findings");
  const unmute = trpc.findings.unmute.useMutation({
    onSuccess: refresh,
    onError: toastFailure,
  });
  return {
    ask: setAsking,
    unmute: ({ id }) => unmute.mutate({ id }),
    dialog: asking && <MuteDialog finding={asking} onClose={() => setAsking(null)} onMuted={refresh} />,
  };
}
