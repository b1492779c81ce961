import type { Metadata } from "next";
import { AcceptInvitation } from "@/features/auth/accept-invitation";
import { trpc } from "@/trpc/server";

export const metadata: Metadata = { title: "Invitation" };

/** Where an invitation is accepted. The link's token is behind `#`, so that the browser alone reads it. */
export default async function InvitePage() {
  return <AcceptInvitation ways={await trpc.signIn.ways()} />;
}
