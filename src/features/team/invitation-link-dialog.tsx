"use client";

import { CopyBox, focusCopyBox } from "@/components/copy-box";
import { useSession } from "@/components/session-context";
import { RelativeText } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogFooter } from "@/components/ui/dialog";
import { type IssuedInvitation, invitationPath } from "@/contracts/invitations";
import { roleLabel } from "@/contracts/roles";
import { useApiOrigin } from "@/lib/use-api-origin";

interface InvitationLinkDialogProps {
  issued: IssuedInvitation;
  onClose: () => void;
}

/** Shows an invitation's link, which is kept nowhere. Losing it costs nothing: a new one is a press away. */
export function InvitationLinkDialog({ issued, onClose }: InvitationLinkDialogProps) {
  const { invitation, token, isMailed } = issued;
  const link = `${useApiOrigin(useSession().deployment)}${invitationPath(token)}`;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title={isMailed ? "Invitation sent" : "Send this link"}
        description={
          isMailed
            ? `A mail with this link is on its way to ${invitation.email}. Copy it only if that does not arrive.`
            : `To ${invitation.email}, by a way that only they read. It is shown this once.`
        }
        onOpenAutoFocus={focusCopyBox}
      >
        <div className="mt-4">
          <CopyBox value={link} data-testid="invitation-link" />
        </div>
        <p className="mt-3 text-pretty text-ink-2">
          Whoever opens it first becomes <b className="font-medium text-ink">{roleLabel(invitation)}</b> as{" "}
          {invitation.email}. It works once, and ends <RelativeText value={invitation.expiresAt} />.
        </p>
        <DialogFooter>
          <Button onClick={onClose}>Done</Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
