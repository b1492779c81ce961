"use client";

import { UserPlus } from "lucide-react";
import { useState } from "react";
import { DataTable } from "@/components/data-table";
import { NotAllowed } from "@/components/list-empty";
import { onDemand } from "@/components/on-demand";
import { PageHeader } from "@/components/page-header";
import { useMay } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import type { IssuedInvitation } from "@/contracts/invitations";
import { whomToAsk } from "@/contracts/roles";
import { InvitationLinkDialog } from "./invitation-link-dialog";
import { InvitationList } from "./invitation-list";
import { MEMBER_COLUMNS, MemberList, NARROW_MEMBER_COLUMNS } from "./member-list";

const InviteDialog = onDemand(() => import("./invite-dialog").then((module) => module.InviteDialog));

const HEADING = {
  title: "Team",
  sub: "Who may sign in to this console, and what they may do. Each change is in Audit.",
};

/** What is shown above the page: the form of an invitation, then its link. */
type Above = { kind: "form" } | { kind: "link"; issued: IssuedInvitation } | null;

/** The people of the console, and those who are invited. */
export function TeamScreen() {
  const mayManage = useMay("team:manage");
  const [above, setAbove] = useState<Above>(null);
  const close = () => setAbove(null);
  const showLink = (issued: IssuedInvitation) => setAbove({ kind: "link", issued });
  if (!mayManage)
    return (
      <>
        <PageHeader {...HEADING} />
        <NotAllowed nouns="the team" ask={whomToAsk("team:manage")} />
      </>
    );
  return (
    <>
      <PageHeader
        {...HEADING}
        actions={
          <Button variant="primary" onClick={() => setAbove({ kind: "form" })}>
            <UserPlus aria-hidden />
            Invite
          </Button>
        }
      />
      <MemberList />
      <InvitationList onIssued={showLink} />
      {above?.kind === "form" && <InviteDialog onIssued={showLink} onClose={close} />}
      {above?.kind === "link" && <InvitationLinkDialog issued={above.issued} onClose={close} />}
    </>
  );
}

/** Holds the place of the page while the server reads it. */
export function TeamSkeleton() {
  return (
    <>
      <PageHeader {...HEADING} />
      <DataTable
        label="Team"
        columns={MEMBER_COLUMNS}
        narrowColumns={NARROW_MEMBER_COLUMNS}
        rows={[]}
        rowKey={() => ""}
        loading
      />
    </>
  );
}
