import type { Metadata } from "next";
import { customerIdSchema } from "@/contracts/schemas/customers";
import { CustomerNotFound, CustomerScreen } from "@/features/customers/customer-screen";
import { CustomerKeys } from "@/features/keys/customer-keys";
import { customerKeysInput } from "@/features/keys/list/key-list-state";
import { CustomerActivations, CustomerLicenses } from "@/features/licenses/customer-licenses";
import { customerLicensesInput } from "@/features/licenses/license-list-state";
import { recentCallsInput } from "@/features/logs/log-list-state";
import { RecentCalls } from "@/features/logs/recent-calls";
import { HydrateClient, trpc } from "@/trpc/server";

export const metadata: Metadata = { title: "Customer" };

/** One customer. */
export default async function Page({ params }: PageProps<"/customers/[id]">) {
  const input = customerIdSchema.safeParse(await params);
  if (!input.success) return <CustomerNotFound />;
  const { id } = input.data;
  await Promise.all([
    trpc.customers.get.prefetch({ id }),
    trpc.licenses.list.prefetch(customerLicensesInput(id)),
    trpc.licenses.customerActivations.prefetch({ customerId: id, limit: 10, cursor: null }),
    trpc.keys.list.prefetch(customerKeysInput(id)),
    trpc.requests.list.prefetch(recentCallsInput({ customerId: id })),
  ]);
  return (
    <HydrateClient>
      <CustomerScreen
        id={id}
        licenses={
          <>
            <CustomerLicenses customer={id} />
            <CustomerActivations customer={id} />
          </>
        }
        keys={<CustomerKeys customer={id} />}
        calls={<RecentCalls customerId={id} />}
      />
    </HydrateClient>
  );
}
