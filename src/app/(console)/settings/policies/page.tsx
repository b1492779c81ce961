import type { Metadata } from "next";
import { PoliciesScreen } from "@/features/settings/policies-screen";
import { HydrateClient, trpc } from "@/trpc/server";

export const metadata: Metadata = { title: "Key policies" };

/** The policies, already in the answer for whoever may see keys. */
export default async function Page() {
  await trpc.policies.list.prefetch();
  return (
    <HydrateClient>
      <PoliciesScreen />
    </HydrateClient>
  );
}
