"use client";

import { type ReactNode, useState } from "react";
import { useToast } from "@/components/ui/toast";
import type { KeyView, RevealedKey } from "@/contracts/keys";
import { ClockTime } from "../clock-time";
import { RevealKey } from "../reveal-key";
import { RegenerateKeyDialog } from "./regenerate-key-dialog";

interface RegenerateKeyProps {
  value: KeyView;
  onClose: () => void;
}

/** From the question to the moment the new secret is stored. The secret lives in this component's state only. */
export function RegenerateKey({ value, onClose }: RegenerateKeyProps) {
  const [revealed, setRevealed] = useState<RevealedKey | null>(null);
  const { toast } = useToast();
  if (!revealed) return <RegenerateKeyDialog value={value} onClose={onClose} onRegenerated={setRevealed} />;
  const onStored = () => {
    setRevealed(null);
    toast({ text: `Regenerated “${revealed.key.name}”.` });
    onClose();
  };
  return <RevealKey revealed={revealed} description={fateOfOldSecret(revealed.key)} onStored={onStored} />;
}

function fateOfOldSecret({ overlapUntil }: KeyView): ReactNode {
  return (
    <>
      This is the only time it is shown. Store it where your integration reads its secrets.{" "}
      {overlapUntil ? (
        <>
          The previous secret works until <ClockTime value={overlapUntil} />.
        </>
      ) : (
        "The previous secret has stopped working."
      )}
    </>
  );
}
