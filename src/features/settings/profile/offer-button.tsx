import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";

interface OfferButtonProps<Offer> {
  /** The mutation that has the server make one. */
  offer: { data: Offer | undefined; isPending: boolean; mutate: () => void; reset: () => void };
  label: string;
  className?: string | undefined;
  /** The dialog that takes it up. @param close forgets the offer, which may hold a secret */
  children: (offered: Offer, close: () => void) => ReactNode;
}

/** The button that sets a second factor up: the server offers one, and a dialog takes it up. */
export function OfferButton<Offer>({ offer, label, className, children }: OfferButtonProps<Offer>) {
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
      {offer.data && children(offer.data, offer.reset)}
    </>
  );
}
