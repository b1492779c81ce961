import { CustomerSkeleton } from "@/features/customers/customer-screen";

/** Shown at once, while the server draws the customer. */
export default function Loading() {
  return <CustomerSkeleton />;
}
