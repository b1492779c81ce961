import type { Metadata } from "next";
import { SettingsScreen } from "@/features/settings/settings-screen";
import { HydrateClient, trpc } from "@/trpc/server";

export const metadata: Metadata = { title: "Settings" };

/** The settings, already in the answer for whoever may see them. */
export default async function Page() {
  await Promise.all([
    trpc.settings.requestLog.prefetch(),
    trpc.settings.retention.prefetch(),
    trpc.settings.sessions.prefetch(),
    trpc.settings.signIn.prefetch(),
    trpc.permissions.list.prefetch(),
    trpc.settings.mail.prefetch(),
    trpc.settings.logWriter.prefetch(),
    trpc.requests.state.prefetch(),
    trpc.settings.isolation.prefetch(),
    trpc.settings.clock.prefetch(),
  ]);
  return (
    <HydrateClient>
      <SettingsScreen />
    </HydrateClient>
  );
}
