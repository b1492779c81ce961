"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { toastFailure } from "@/components/ui/toast";
import { trpc } from "@/trpc/client";
import { RecoveryCodesDialog } from "./recovery-codes-dialog";
import { SetUpAppDialog } from "./second-factor-dialogs";

interface SetUpAppProps {
  label: string;
  className?: string;
  /** It is on, and the recovery codes are stored. */
  onDone?: () => void;
}

/** The button that sets an authenticator app up, with all that follows: the secret, its first code, the recovery codes. */
export function SetUpApp({ label, className, onDone }: SetUpAppProps) {
  const offer = trpc.profile.offerSecondFactor.useMutation({ onError: toastFailure });
  /** Kept here alone, and gone once they are stored. */
  const [codes, setCodes] = useState<string[] | null>(null);
  const stored = () => {
    offer.reset();
    setCodes(null);
    onDone?.();
  };
  return (
    <>
      <Button
        variant="primary"
        className={className}
        pending={offer.isPending}
        onClick={() => offer.mutate()}
      >
        {label}
      </Button>
      {offer.data && !codes && (
        <SetUpAppDialog secret={offer.data} onDone={setCodes} onClose={() => offer.reset()} />
      )}
      {codes && <RecoveryCodesDialog codes={codes} onStored={stored} />}
    </>
  );
}
