import type { Metadata } from "next";
import { ProfileScreen } from "@/features/settings/profile/profile-screen";
import { HydrateClient, trpc } from "@/trpc/server";

export const metadata: Metadata = { title: "Profile" };

/** What everybody sets for themselves, with their sessions already in the answer. */
export default async function Page() {
  await trpc.profile.sessions.prefetch();
  return (
    <HydrateClient>
      <ProfileScreen />
    </HydrateClient>
  );
}
