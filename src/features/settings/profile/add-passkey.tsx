"use client";

import { onDemand } from "@/components/on-demand";
import { toastFailure } from "@/components/ui/toast";
import { trpc } from "@/trpc/client";
import { OfferButton } from "./offer-button";

const AddPasskeyDialog = onDemand(() =>
  import("./add-passkey-dialog").then((module) => module.AddPasskeyDialog),
);

interface AddPasskeyProps {
  label: string;
  className?: string;
  /** It is registered, and these are the recovery codes that came with it; none where there are some already. */
  onCodes: (codes: string[]) => void;
}

/** The button that registers a passkey, with what follows: its name, and the browser's own question. */
export function AddPasskey({ label, className, onCodes }: AddPasskeyProps) {
  const offer = trpc.passkeys.offer.useMutation({ onError: toastFailure });
  return (
    <OfferButton offer={offer} label={label} className={className}>
      {(offered, close) => (
        <AddPasskeyDialog
          offered={offered}
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
