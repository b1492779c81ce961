import type { Metadata } from "next";
import { customerList } from "@/features/customers/customer-list-state";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../environment";
import { CustomersPage } from "./customers-page";

export const metadata: Metadata = { title: "Customers" };

/** The customers, with the first page of them already in the answer. */
export default async function Page({ searchParams }: PageProps<"/customers">) {
  const [state, environment] = await Promise.all([
    customerList.load(searchParams),
    currentEnvironment(searchParams),
  ]);
  await trpc.customers.list.prefetch(customerList.input(state, environment));
  return (
    <HydrateClient>
      <CustomersPage />
    </HydrateClient>
  );
}
