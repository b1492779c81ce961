import type { Metadata } from "next";
import { licenseList } from "@/features/licenses/license-list-state";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../environment";
import { LicensesPage } from "./licenses-page";

export const metadata: Metadata = { title: "Licences" };

/** The licences, with the first page of them already in the answer. */
export default async function Page({ searchParams }: PageProps<"/licenses">) {
  const [state, environment] = await Promise.all([
    licenseList.load(searchParams),
    currentEnvironment(searchParams),
  ]);
  await trpc.licenses.list.prefetch(licenseList.input(state, environment));
  return (
    <HydrateClient>
      <LicensesPage />
    </HydrateClient>
  );
}
