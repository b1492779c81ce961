import { CustomersSkeleton } from "@/features/customers/customers-screen";

/** Shown at once, while the server draws the list. */
export default function Loading() {
  return <CustomersSkeleton />;
}
