import type { Metadata } from "next";
import type { SearchParams } from "nuqs/server";
import { keyListInput } from "@/features/keys/list/key-list-query";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../environment";
import { KeysScreen } from "./keys-screen";
import { loadKeyListQuery } from "./search-params";

export const metadata: Metadata = { title: "API Keys" };

/** The list of keys. */
export default async function KeysPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [query, environment] = await Promise.all([
    loadKeyListQuery(searchParams),
    currentEnvironment(searchParams),
  ]);
  // Awaited, so that the first paint has the rows and not their skeletons.
  await trpc.keys.list.prefetch(keyListInput(query, environment));
  return (
    <HydrateClient>
      <KeysScreen />
    </HydrateClient>
  );
}
