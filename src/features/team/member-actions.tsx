"use client";

import { ActionMenu } from "@/components/action-menu";
import { useSession } from "@/components/session-context";
import type { TeamMember } from "@/contracts/admins";

export const MEMBER_ACTIONS = {
  role: "Change role",
  deactivate: "Deactivate",
  reactivate: "Reactivate",
  resetSecondFactor: "Reset second factor",
  unlinkIdentities: "Unlink single sign-on",
  remove: "Remove",
} as const;

type MemberAction = keyof typeof MEMBER_ACTIONS;

const CUTS = new Set<MemberAction>(["deactivate", "resetSecondFactor", "unlinkIdentities", "remove"]);

export interface AskedMemberAction {
  action: MemberAction;
  member: TeamMember;
}

interface MemberActionMenuProps {
  member: TeamMember;
  onAction: (asked: AskedMemberAction) => void;
}

/** What may be done to a person of the team. */
export function MemberActionMenu({ member, onAction }: MemberActionMenuProps) {
  const isSelf = useSession().admin.id === member.id;
  const names: MemberAction[] = [
    "role",
    ...(member.hasSecondFactor && !isSelf ? (["resetSecondFactor"] as const) : []),
    ...(member.providers.length > 0 && !isSelf ? (["unlinkIdentities"] as const) : []),
    member.deactivatedAt ? "reactivate" : "deactivate",
    "remove",
  ];
  return (
    <ActionMenu
      name={member.email}
      actions={names.map((action) => ({ action, label: MEMBER_ACTIONS[action], cuts: CUTS.has(action) }))}
      onAction={(action) => onAction({ action, member })}
    />
  );
}
