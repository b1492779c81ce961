import type { Metadata } from "next";
import { licenseListInput } from "@/features/licenses/list/license-list-query";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../environment";
import { LicensesPage } from "./licenses-page";
import { loadLicenseListQuery } from "./search-params";

export const metadata: Metadata = { title: "Licences" };

/** The licences, with the first page of them already in the answer. */
export default async function Page({ searchParams }: PageProps<"/licenses">) {
  const [query, environment] = await Promise.all([
    loadLicenseListQuery(searchParams),
    currentEnvironment(searchParams),
  ]);
  await trpc.licenses.list.prefetch(licenseListInput(query, environment));
  return (
    <HydrateClient>
      <LicensesPage />
    </HydrateClient>
  );
}
