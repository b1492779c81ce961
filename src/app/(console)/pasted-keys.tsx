"use client";

import dynamic from "next/dynamic";
import type { ReactNode } from "react";
import { PastedKeyProvider } from "@/components/pasted-key-context";

// On demand: hardly anybody ever pastes a key.
const IdentifyKey = dynamic(
  () => import("@/features/keys/identify/identify-key").then((module) => module.IdentifyKey),
  { ssr: false },
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
