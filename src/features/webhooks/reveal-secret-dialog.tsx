"use client";

import { CopyBox, focusCopyBox } from "@/components/copy-box";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogFooter } from "@/components/ui/dialog";
import { type RevealedWebhookSecret, WEBHOOK_SECRET_OVERLAP_HOURS } from "@/contracts/webhooks";
import { useLeaveConfirmation } from "@/lib/use-leave-confirmation";

interface RevealSecretDialogProps {
  /** Kept in the caller's state only; drop it in `onStored`. */
  revealed: RevealedWebhookSecret;
  onStored: () => void;
}

/** Shows a signing secret the one time it exists. Closes by its own button and by nothing else, as that of a key. */
export function RevealSecretDialog({ revealed, onStored }: RevealSecretDialogProps) {
  useLeaveConfirmation(true);
  const isRotated = revealed.endpoint.previousSecretUntil !== null;
  return (
    <Dialog open>
      <DialogContent
        title="Copy the signing secret"
        description="This is the only time it is shown. Store it where your receiver reads its secrets."
        dismissible={false}
        onOpenAutoFocus={focusCopyBox}
      >
        <div className="mt-4 mb-3">
          <CopyBox value={revealed.secret} data-testid="revealed-webhook-secret" />
        </div>
        <p className="text-ink-2">
          {isRotated
            ? `The secret before signs too for ${WEBHOOK_SECRET_OVERLAP_HOURS} hours: each event has both signatures until then.`
            : "Libraries of Standard Webhooks check the signature with it, in most languages."}
        </p>
        <DialogFooter>
          <Button onClick={onStored}>I have stored it</Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
