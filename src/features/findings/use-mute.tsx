"use client";

import { type ReactNode, useState } from "react";
import { useToast } from "@/components/ui/toast";
import type { FindingView } from "@/contracts/findings";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { MuteDialog } from "./mute-dialog";

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
  const utils = trpc.useUtils();
  const { toast } = useToast();
  const refresh = () => {
    void utils.findings.invalidate();
    void utils.overview.invalidate();
    void utils.audit.invalidate();
  };
  const unmute = trpc.findings.unmute.useMutation({
    onSuccess: refresh,
    onError(error) {
      const { message, requestId } = describeError(error);
      toast({ tone: "bad", text: message, requestId });
    },
  });
  return {
    ask: setAsking,
    unmute: ({ id }) => unmute.mutate({ id }),
    dialog: asking && <MuteDialog value={asking} onClose={() => setAsking(null)} onMuted={refresh} />,
  };
}
