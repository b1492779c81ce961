import type { Metadata } from "next";
import { TeamScreen } from "@/features/team/team-screen";
import { HydrateClient, trpc } from "@/trpc/server";

export const metadata: Metadata = { title: "Team" };

/** The people of the console, already in the answer for whoever may see them. */
export default async function Page() {
  await Promise.all([trpc.admins.list.prefetch(), trpc.invitations.list.prefetch()]);
  return (
    <HydrateClient>
      <TeamScreen />
    </HydrateClient>
  );
}
