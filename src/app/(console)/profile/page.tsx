import type { Metadata } from "next";
import { ProfileScreen } from "@/features/settings/profile/profile-screen";
import { HydrateClient, trpc } from "@/trpc/server";

export const metadata: Metadata = { title: "Profile" };

/** What everybody sets for themselves, with their sessions and notices already in the answer. */
export default async function Page() {
  const [ways] = await Promise.all([
    trpc.signIn.ways(),
    trpc.profile.sessions.prefetch(),
    trpc.profile.signIn.prefetch(),
    trpc.notices.preferences.prefetch(),
    trpc.profile.secondFactor.prefetch(),
    trpc.passkeys.list.prefetch(),
  ]);
  return (
    <HydrateClient>
      <ProfileScreen ways={ways} />
    </HydrateClient>
  );
}
