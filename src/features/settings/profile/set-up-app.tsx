"use client";

import { onDemand } from "@/components/on-demand";
import { toastFailure } from "@/components/ui/toast";
import { trpc } from "@/trpc/client";
import { OfferButton } from "./offer-button";

const SetUpAppDialog = onDemand(() =>
  import("./second-factor-dialogs").then((module) => module.SetUpAppDialog),
);

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
    <OfferButton offer={offer} label={label} className={className}>
      {(secret, close) => (
        <SetUpAppDialog
          secret={secret}
          onCodes={(codes) => {
            close();
            onCodes(codes);
          }}
          onClose={close}
        />
      )}
    </OfferButton>
  );
}
