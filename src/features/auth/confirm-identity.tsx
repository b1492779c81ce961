"use client";

import dynamic from "next/dynamic";
import { useEffect } from "react";
import { toast } from "@/components/ui/toast";
import { type AskedConfirmation, useAskedConfirmation } from "@/trpc/confirmation";

interface DialogProps {
  asked: AskedConfirmation;
}

// On demand: it stands on every page of the console, and is seldom asked.
const ConfirmIdentityDialog = dynamic<DialogProps>(
  () =>
    import("./confirm-identity-dialog").then(
      (module) => module.ConfirmIdentityDialog,
      () => NotLoaded,
    ),
  { ssr: false },
);

/** The one dialog that asks whoever sits here to confirm that it is them, before what takes a fresh factor. */
export function ConfirmIdentity() {
  const asked = useAskedConfirmation();
  return asked && <ConfirmIdentityDialog asked={asked} />;
}

/** A change must not wait for good for a question that nobody can see. */
function NotLoaded({ asked: { settle } }: DialogProps) {
  useEffect(() => {
    toast({ tone: "bad", text: "The question whether it is you could not be loaded. Reload the page." });
    settle(false);
  }, [settle]);
  return null;
}
