"use client";

import type { ReactNode } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { useSession } from "@/components/session-context";
import { toast } from "@/components/ui/toast";
import type { TeamMember } from "@/contracts/admins";
import { hostOf } from "@/contracts/hosts";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { ChangeRoleDialog } from "./change-role-dialog";
import { type AskedMemberAction, MEMBER_ACTIONS } from "./member-actions";

interface MemberDialogsProps {
  asked: AskedMemberAction;
  onClose: () => void;
}

/** The dialog of what was asked for. */
export function MemberDialogs({ asked: { action, member }, onClose }: MemberDialogsProps) {
  if (action === "role") return <ChangeRoleDialog member={member} onClose={onClose} />;
  return <MemberStepDialog step={action} member={member} onClose={onClose} />;
}

type Step = Exclude<AskedMemberAction["action"], "role">;

const DONE: Record<Step, string> = {
  deactivate: "Deactivated, and signed out everywhere.",
  reactivate: "Reactivated.",
  resetSecondFactor: "Reset. They sign in with the password alone until they set up another.",
  unlinkIdentities: "Unlinked, and signed out everywhere.",
  remove: "Removed. What they did stays in Audit.",
};

/** Asks before somebody is shut out, let in again, or removed, and says what that does. */
function MemberStepDialog({
  step,
  member,
  onClose,
}: {
  step: Step;
  member: TeamMember;
  onClose: () => void;
}) {
  const steps = {
    deactivate: trpc.admins.deactivate.useMutation(),
    reactivate: trpc.admins.reactivate.useMutation(),
    resetSecondFactor: trpc.admins.resetSecondFactor.useMutation(),
    unlinkIdentities: trpc.admins.unlinkIdentities.useMutation(),
    remove: trpc.admins.remove.useMutation(),
  };
  const { mutate, isPending, error } = steps[step];
  const refresh = useRefresh("admins");
  const isSelf = useSession().admin.id === member.id;
  const onSuccess = () => {
    refresh();
    toast({ text: DONE[step] });
    onClose();
  };
  return (
    <ConfirmDialog
      title={titleOf(step, isSelf ? "yourself" : member.name || member.email)}
      description={member.name ? member.email : undefined}
      confirmLabel={MEMBER_ACTIONS[step]}
      tone={step === "reactivate" ? "primary" : "danger"}
      typedName={step === "remove" ? member.email : undefined}
      onConfirm={() => mutate({ id: member.id }, { onSuccess })}
      onClose={onClose}
      pending={isPending}
      error={error}
    >
      <Consequences step={step} member={member} isSelf={isSelf} />
    </ConfirmDialog>
  );
}

function titleOf(step: Step, whom: string): string {
  if (step === "resetSecondFactor") return `Reset the second factor of ${whom}?`;
  if (step === "unlinkIdentities") return `Unlink the accounts of ${whom}?`;
  return `${MEMBER_ACTIONS[step]} ${whom}?`;
}

function Consequences({
  step,
  member,
  isSelf,
}: {
  step: Step;
  member: TeamMember;
  isSelf: boolean;
}): ReactNode {
  if (step === "reactivate")
    return <p>They can sign in again, with the password and the role that they had.</p>;
  if (step === "resetSecondFactor")
    return (
      <>
        <p>
          For somebody who has lost their phone and their recovery codes. Their passkeys go as well. Make sure
          that it is they who ask: whoever has their password gets in without a second factor then.
        </p>
        <p>They are signed out at once, and can set up another in their Profile.</p>
      </>
    );
  if (step === "unlinkIdentities")
    return (
      <>
        <p>
          For somebody who has a new account at{" "}
          {new Intl.ListFormat("en").format(member.providers.map(hostOf))}, or whose account there is not
          theirs. The next one that signs in with the verified address {member.email} is linked instead: make
          sure that it is theirs.
        </p>
        <p>They are signed out at once.</p>
      </>
    );
  const who = isSelf ? "You are" : "They are";
  return (
    <>
      <p>
        {who} signed out at once
        {member.sessions > 0 && ` (${count(member.sessions, "session")})`}, and jobs that{" "}
        {isSelf ? "you" : "they"} started stop. API keys are not touched.
        {member.role === "owner" && ` Open invitations of ${isSelf ? "yours" : "theirs"} end.`}
      </p>
      <p>
        {step === "deactivate"
          ? `An owner can reactivate ${isSelf ? "you" : "them"} at any time.`
          : "This cannot be undone: to come back takes a new invitation. What was done under this address stays in Audit."}
      </p>
    </>
  );
}
