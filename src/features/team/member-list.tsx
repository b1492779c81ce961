"use client";

import { useState } from "react";
import { Badge } from "@/components/badge";
import { DataTable } from "@/components/data-table";
import type { DataTableColumn } from "@/components/data-table-columns";
import { ErrorNotice } from "@/components/error-notice";
import { onDemand } from "@/components/on-demand";
import { useSession } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import type { TeamMember } from "@/contracts/admins";
import { roleLabel } from "@/contracts/roles";
import { cn } from "@/lib/cn";
import { trpc } from "@/trpc/client";
import { type AskedMemberAction, MemberActionMenu } from "./member-actions";

const MemberDialogs = onDemand(() => import("./member-dialogs").then((module) => module.MemberDialogs));

/** Everybody with a way into the console. */
export function MemberList() {
  const members = trpc.admins.list.useQuery();
  const [asked, setAsked] = useState<AskedMemberAction | null>(null);
  const actions: DataTableColumn<TeamMember> = {
    id: "actions",
    header: <span className="sr-only">Actions</span>,
    className: "w-11 text-right",
    cell: (member) => <MemberActionMenu member={member} onAction={setAsked} />,
  };
  if (members.error && !members.data)
    return <ErrorNotice error={members.error} onRetry={() => void members.refetch()} />;
  return (
    <>
      <DataTable
        label="Team"
        columns={[...MEMBER_COLUMNS, actions]}
        narrowColumns={[...NARROW_MEMBER_COLUMNS, actions]}
        rows={members.data ?? []}
        rowKey={({ id }) => id}
        loading={!members.data}
      />
      {asked && <MemberDialogs asked={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

const role: DataTableColumn<TeamMember> = {
  id: "role",
  header: "Role",
  className: "whitespace-normal",
  // As wide as two of three environments take; the third goes into the next line.
  cell: (member) => (
    <span className="block w-48 text-pretty py-2 @min-[980px]/table:w-80">{roleLabel(member)}</span>
  ),
};

export const MEMBER_COLUMNS: readonly DataTableColumn<TeamMember>[] = [
  {
    id: "person",
    header: "Person",
    grow: true,
    cell: (member) => <Person member={member} className="py-2" />,
  },
  role,
  {
    id: "lastSignInAt",
    header: "Last sign-in",
    cell: ({ lastSignInAt }) => <LastSignIn at={lastSignInAt} />,
  },
  {
    id: "secondFactor",
    header: "Second factor",
    from: 720,
    cell: ({ hasSecondFactor }) =>
      hasSecondFactor ? <Badge tone="ok">On</Badge> : <span className="text-ink-3">Off</span>,
  },
  {
    id: "sessions",
    header: "Sessions",
    from: 860,
    className: "text-right tabular-nums",
    cell: ({ sessions }) => sessions,
  },
];

/** The same list on a phone: who and which role. */
export const NARROW_MEMBER_COLUMNS: readonly DataTableColumn<TeamMember>[] = [
  {
    id: "person",
    header: "Person",
    grow: true,
    placeholderClassName: "h-17",
    cell: (member) => (
      <div className="py-2">
        <Person member={member} />
        <span className="block whitespace-normal text-ink-2 text-xs">{roleLabel(member)}</span>
      </div>
    ),
  },
];

interface PersonProps {
  member: TeamMember;
  className?: string;
}

function Person({ member: { id, email, name, deactivatedAt }, className }: PersonProps) {
  const isSelf = useSession().admin.id === id;
  return (
    <span className={cn("block min-w-0", className)}>
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-medium">{name || email}</span>
        {isSelf && <span className="shrink-0 text-ink-3 text-xs">you</span>}
        {deactivatedAt && (
          <Badge tone="idle" className="shrink-0">
            Deactivated
          </Badge>
        )}
      </span>
      {name && <span className="block truncate text-ink-2 text-xs">{email}</span>}
    </span>
  );
}

function LastSignIn({ at }: { at: string | null }) {
  return at ? <Timestamp value={at} /> : <span className="text-ink-3">Never</span>;
}
