import type { Metadata } from "next";
import { auditList } from "@/features/audit/audit-list-state";
import { AuditScreen } from "@/features/audit/audit-screen";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../environment";

export const metadata: Metadata = { title: "Audit" };

/** The changes on record, with the first page of them already in the answer. */
export default async function Page({ searchParams }: PageProps<"/audit">) {
  const [state, environment] = await Promise.all([
    auditList.load(searchParams),
    currentEnvironment(searchParams),
  ]);
  await Promise.all([
    trpc.audit.list.prefetch(auditList.input(state, environment)),
    trpc.audit.integrity.prefetch(),
  ]);
  return (
    <HydrateClient>
      <AuditScreen />
    </HydrateClient>
  );
}
