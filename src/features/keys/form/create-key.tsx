"use client";

import { useState } from "react";
import { useToast } from "@/components/ui/toast";
import type { Environment } from "@/contracts/environments";
import type { RevealedKey } from "@/contracts/keys";
import { useReturnFocus } from "@/lib/use-return-focus";
import { RevealKey } from "../reveal-key";
import { CreateKeyDialog } from "./create-key-dialog";

interface CreateKeyProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** What the form starts with; null: nothing, and whoever creates the key chooses. */
  environment: Environment | null;
}

/**
 * Creating a key from the form to the moment its secret is stored. The secret lives in this component's state and
 * nowhere else: not in the query cache, not in the URL, not in storage.
 */
export function CreateKey({ open, onOpenChange, environment }: CreateKeyProps) {
  const [revealed, setRevealed] = useState<RevealedKey | null>(null);
  const { toast } = useToast();
  // Over both dialogs: the second finds nothing focused.
  useReturnFocus(open || revealed !== null);
  if (revealed) {
    const onStored = () => {
      setRevealed(null);
      toast({ text: `Created “${revealed.key.name}”.` });
    };
    return <RevealKey revealed={revealed} onStored={onStored} />;
  }
  if (!open) return null;
  const onCreated = (created: RevealedKey) => {
    setRevealed(created);
    onOpenChange(false);
  };
  return (
    <CreateKeyDialog environment={environment} onCreated={onCreated} onClose={() => onOpenChange(false)} />
  );
}
