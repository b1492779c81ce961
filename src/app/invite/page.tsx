import type { Metadata } from "next";
import { AcceptInvitation } from "@/features/auth/accept-invitation";

export const metadata: Metadata = { title: "Invitation" };

/** Where an invitation is accepted. The link's token is behind `#`, so that the browser alone reads it. */
export default function InvitePage() {
  return <AcceptInvitation />;
}
