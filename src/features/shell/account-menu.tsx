"use client";

import { ChevronDown, CircleUser, LogOut, UserRoundCog } from "lucide-react";
import { Link } from "@/components/link";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { ROLE_DETAILS, roleLabel } from "@/contracts/roles";
import { useLeave } from "@/lib/leave";

/** Who is signed in, and the way out. */
export function AccountMenu() {
  const { admin } = useSession();
  const leave = useLeave();
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" aria-label={`Account: ${admin.email}`} className="max-w-60">
          <CircleUser aria-hidden className="xl:hidden" />
          <span className="hidden truncate font-normal xl:inline">{admin.email}</span>
          <ChevronDown aria-hidden className="hidden text-ink-3 xl:block" />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent className="w-60">
        <DropdownMenuLabel className="py-1.5">
          <span className="block truncate font-medium text-ink text-sm">{admin.name || admin.email}</span>
          {admin.name && <span className="block truncate text-ink-2">{admin.email}</span>}
          <span className="block text-ink-2">
            {roleLabel(admin)}.{admin.environmentRoles ? "" : ` ${ROLE_DETAILS[admin.role].description}`}
          </span>
        </DropdownMenuLabel>
        <DropdownMenuSeparator />
        <DropdownMenuItem asChild>
          <Link href="/profile">
            <UserRoundCog aria-hidden className="text-ink-3" />
            Profile
          </Link>
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={() => void leave()}>
          <LogOut aria-hidden className="text-ink-3" />
          Sign out
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
