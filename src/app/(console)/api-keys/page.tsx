import type { Metadata } from "next";
import { keyList } from "@/features/keys/list/key-list-state";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../environment";
import { KeysScreen } from "./keys-screen";

export const metadata: Metadata = { title: "API Keys" };

/** The list of keys. */
export default async function Page({ searchParams }: PageProps<"/api-keys">) {
  const [state, environment] = await Promise.all([
    keyList.load(searchParams),
    currentEnvironment(searchParams),
  ]);
  // Awaited, so that the first paint has the rows and not their skeletons.
  await Promise.all([
    trpc.keys.list.prefetch(keyList.input(state, environment)),
    trpc.approvals.countWaiting.prefetch(),
    trpc.permissions.list.prefetch(),
  ]);
  return (
    <HydrateClient>
      <KeysScreen />
    </HydrateClient>
  );
}
