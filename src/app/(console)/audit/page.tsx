import type { Metadata } from "next";
import { auditListInput } from "@/features/audit/list/audit-list-query";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../environment";
import { AuditPage } from "./audit-page";
import { loadAuditListQuery } from "./search-params";

export const metadata: Metadata = { title: "Audit" };

/** The changes on record, with the first page of them already in the answer. */
export default async function Page({ searchParams }: PageProps<"/audit">) {
  const [query, environment] = await Promise.all([
    loadAuditListQuery(searchParams),
    currentEnvironment(searchParams),
  ]);
  await Promise.all([
    trpc.audit.list.prefetch(auditListInput(query, environment)),
    trpc.audit.integrity.prefetch(),
  ]);
  return (
    <HydrateClient>
      <AuditPage />
    </HydrateClient>
  );
}
