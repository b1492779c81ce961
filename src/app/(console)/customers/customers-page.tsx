"use client";

import { useQueryStates } from "nuqs";
import { useEnvironment } from "@/components/environment-context";
import { CustomersScreen } from "@/features/customers/customers-screen";
import { customerListInput, customerListParsers } from "./search-params";

/** Joins the list of customers to the address bar. */
export function CustomersPage() {
  const environment = useEnvironment();
  const [state, setState] = useQueryStates(customerListParsers);
  return (
    <CustomersScreen
      input={customerListInput(state, environment)}
      // Another search or page size starts again at the first page; only stepping through the pages is worth a step back.
      onSearch={(search) => setState({ search, cursor: null })}
      onPageSize={(pageSize) => setState({ pageSize, cursor: null })}
      onCursor={(cursor) => setState({ cursor }, { history: "push" })}
    />
  );
}
