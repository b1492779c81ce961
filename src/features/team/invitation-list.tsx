"use client";

import { useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ListSection } from "@/components/list-section";
import { RelativeText } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { toast } from "@/components/ui/toast";
import type { InvitationView, IssuedInvitation } from "@/contracts/invitations";
import { roleLabel } from "@/contracts/roles";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";

interface InvitationListProps {
  onIssued: (issued: IssuedInvitation) => void;
}

/** The open invitations; nothing where there are none. */
export function InvitationList({ onIssued }: InvitationListProps) {
  const invitations = trpc.invitations.list.useQuery();
  const [revoking, setRevoking] = useState<InvitationView | null>(null);
  if (invitations.data?.length === 0) return null;
  return (
    <ListSection title="Open invitations" all={null} page={invitations} className="mt-8">
      <Card>
        <ul className="divide-y">
          {invitations.data?.map((invitation) => (
            <InvitationRow
              key={invitation.id}
              invitation={invitation}
              onIssued={onIssued}
              onRevoke={() => setRevoking(invitation)}
            />
          ))}
        </ul>
      </Card>
      {revoking && <RevokeDialog invitation={revoking} onClose={() => setRevoking(null)} />}
    </ListSection>
  );
}

interface InvitationRowProps extends InvitationListProps {
  invitation: InvitationView;
  onRevoke: () => void;
}

function InvitationRow({ invitation, onIssued, onRevoke }: InvitationRowProps) {
  const { id, email, invitedBy, expiresAt } = invitation;
  const refresh = useRefresh("invitations");
  const renew = trpc.invitations.renew.useMutation({
    onSuccess(issued) {
      // It holds the link, and this row stays.
      renew.reset();
      onIssued(issued);
    },
    onError: ({ message }) => toast({ text: message }),
    onSettled: refresh,
  });
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-3 py-2 text-sm">
      <div className="min-w-0 flex-1 basis-72">
        <p className="truncate font-medium">{email}</p>
        <p className="text-pretty text-ink-2 text-xs">
          {roleLabel(invitation)}. Invited by {invitedBy}; ends <RelativeText value={expiresAt} />.
        </p>
      </div>
      <div className="flex gap-2">
        <Button
          size="sm"
          aria-label={`New link for ${email}`}
          pending={renew.isPending}
          onClick={() => renew.mutate({ id })}
        >
          New link
        </Button>
        <Button size="sm" aria-label={`Revoke the invitation of ${email}`} onClick={onRevoke}>
          Revoke
        </Button>
      </div>
    </li>
  );
}

function RevokeDialog({
  invitation: { id, email },
  onClose,
}: {
  invitation: InvitationView;
  onClose: () => void;
}) {
  const refresh = useRefresh("invitations");
  const revoke = trpc.invitations.revoke.useMutation({ onSettled: refresh });
  const onSuccess = () => {
    toast({ text: "Revoked. The link does not work any more." });
    onClose();
  };
  return (
    <ConfirmDialog
      title="Revoke this invitation?"
      description={email}
      confirmLabel="Revoke"
      onConfirm={() => revoke.mutate({ id }, { onSuccess })}
      onClose={onClose}
      pending={revoke.isPending}
      error={revoke.error}
    >
      <p>The link stops working at once. Whoever opens it is told to ask for a new one.</p>
    </ConfirmDialog>
  );
}
