"use client";

import type { ReactNode } from "react";
import { onDemand } from "@/components/on-demand";
import { PastedKeyProvider } from "@/components/pasted-key-context";

const IdentifyKey = onDemand(() =>
  import("@/features/keys/identify/identify-key").then((module) => module.IdentifyKey),
);

/** Says whose key it is, whichever field of the console it was pasted into. */
export function PastedKeys({ children }: { children: ReactNode }) {
  return (
    // A dialog of its own for each: the answer to one key must not stand for another that was pasted while it was open.
    <PastedKeyProvider
      dialog={(pasted, onClose) => <IdentifyKey key={pasted} pasted={pasted} onClose={onClose} />}
    >
      {children}
    </PastedKeyProvider>
  );
}
