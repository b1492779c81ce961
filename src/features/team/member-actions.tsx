"use client";

import { Ellipsis } from "lucide-react";
import { useRef } from "react";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import type { TeamMember } from "@/contracts/admins";

export const MEMBER_ACTIONS = {
  role: "Change role",
  deactivate: "Deactivate",
  reactivate: "Reactivate",
  remove: "Remove",
} as const;

type MemberAction = keyof typeof MEMBER_ACTIONS;

export interface AskedMemberAction {
  action: MemberAction;
  member: TeamMember;
}

interface MemberActionMenuProps {
  member: TeamMember;
  onAction: (asked: AskedMemberAction) => void;
}

/** The menu "···" of a row, with what applies to the person. */
export function MemberActionMenu({ member, onAction }: MemberActionMenuProps) {
  const chosen = useRef<MemberAction>(undefined);
  // Once the closing menu has given the focus back to its button: the dialog returns the focus to where it found it.
  const goOn = () => {
    const action = chosen.current;
    chosen.current = undefined;
    if (action) setTimeout(() => onAction({ action, member }));
  };
  const actions: MemberAction[] = ["role", member.deactivatedAt ? "reactivate" : "deactivate", "remove"];
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="sm" aria-label={`Actions for ${member.email}`} className="w-7 px-0">
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent onCloseAutoFocus={goOn}>
        {actions.map((action) => (
          <DropdownMenuItem
            key={action}
            tone={action === "remove" || action === "deactivate" ? "danger" : "plain"}
            onSelect={() => {
              chosen.current = action;
            }}
          >
            {MEMBER_ACTIONS[action]}
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
