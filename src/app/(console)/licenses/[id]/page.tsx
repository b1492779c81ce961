import type { Metadata } from "next";
import { licenseIdSchema } from "@/contracts/schemas/licenses";
import { SubjectHistory } from "@/features/audit/subject-history";
import { LicenseDetail, LicenseNotFound } from "@/features/licenses/detail/license-detail";
import { activationList } from "@/features/licenses/license-list-state";
import { HydrateClient, trpc } from "@/trpc/server";

export const metadata: Metadata = { title: "Licence" };

/** One licence. */
export default async function Page({ params, searchParams }: PageProps<"/licenses/[id]">) {
  const input = licenseIdSchema.safeParse(await params);
  if (!input.success) return <LicenseNotFound />;
  const { id } = input.data;
  const activations = await activationList.load(searchParams);
  await Promise.all([
    trpc.licenses.get.prefetch({ id }),
    trpc.licenses.activations.prefetch({ id, ...activations }),
    trpc.audit.list.prefetch({ subjectId: id }),
  ]);
  return (
    <HydrateClient>
      <LicenseDetail id={id} history={<SubjectHistory id={id} />} />
    </HydrateClient>
  );
}
