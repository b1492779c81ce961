"use client";

import { Button } from "@/components/ui/button";
import { toastFailure } from "@/components/ui/toast";
import { trpc } from "@/trpc/client";
import { SetUpAppDialog } from "./second-factor-dialogs";

interface SetUpAppProps {
  label: string;
  className?: string;
  /** It is on, and these are its recovery codes, for whoever stays when it is known to be on. */
  onCodes: (codes: string[]) => void;
}

/** The button that sets an authenticator app up, with what follows: the secret, and its first code. */
export function SetUpApp({ label, className, onCodes }: SetUpAppProps) {
  const offer = trpc.profile.offerSecondFactor.useMutation({ onError: toastFailure });
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
      {offer.data && (
        <SetUpAppDialog
          secret={offer.data}
          onCodes={(codes) => {
            offer.reset();
            onCodes(codes);
          }}
          onClose={() => offer.reset()}
        />
      )}
    </>
  );
}
