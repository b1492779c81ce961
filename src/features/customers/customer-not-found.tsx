import { RecordNotFound } from "@/components/record-not-found";

/** There is no customer with this id. */
export function CustomerNotFound() {
  return (
    <RecordNotFound noun="customer" nouns="customers" list={{ label: "Customers", href: "/customers" }} />
  );
}
