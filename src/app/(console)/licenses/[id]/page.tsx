import type { Metadata } from "next";
import { licenseIdSchema } from "@/contracts/licenses";
import { LicenseNotFound } from "@/features/licenses/detail/license-not-found";
import { HydrateClient, trpc } from "@/trpc/server";
import { LicensePage } from "./license-page";
import { loadActivationsQuery } from "./search-params";

export const metadata: Metadata = { title: "Licence" };

/** One licence. */
export default async function Page({ params, searchParams }: PageProps<"/licenses/[id]">) {
  const input = licenseIdSchema.safeParse(await params);
  if (!input.success) return <LicenseNotFound />;
  const { id } = input.data;
  const activations = await loadActivationsQuery(searchParams);
  await Promise.all([
    trpc.licenses.get.prefetch({ id }),
    trpc.licenses.activations.prefetch({ id, ...activations }),
    trpc.audit.list.prefetch({ subjectId: id }),
  ]);
  return (
    <HydrateClient>
      <LicensePage id={id} />
    </HydrateClient>
  );
}
