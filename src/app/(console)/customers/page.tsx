import type { Metadata } from "next";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../environment";
import { CustomersPage } from "./customers-page";
import { customerListInput, loadCustomerList } from "./search-params";

export const metadata: Metadata = { title: "Customers" };

/** The customers, with the first page of them already in the answer. */
export default async function Page({ searchParams }: PageProps<"/customers">) {
  const [state, environment] = await Promise.all([
    loadCustomerList(searchParams),
    currentEnvironment(searchParams),
  ]);
  await trpc.customers.list.prefetch(customerListInput(state, environment));
  return (
    <HydrateClient>
      <CustomersPage />
    </HydrateClient>
  );
}
