import type { Environment } from "@/contracts/environments";
import type { ListLicensesInput } from "@/contracts/licenses";

/** What the address bar says about the list; the environment comes from the top bar. */
export type LicenseListQuery = Required<Omit<ListLicensesInput, "environment" | "customerId">> & {
  /** Called so in the address too, as in the list of keys. */
  customer: Required<ListLicensesInput>["customerId"];
};

/** What narrows the list, apart from the environment. */
export const NO_LICENSE_FILTERS: Pick<LicenseListQuery, "search" | "statuses" | "product" | "customer"> = {
  search: "",
  statuses: [],
  product: null,
  customer: null,
};

/** Input of `licenses.list`: the server's prefetch and the browser's query must build the very same. */
export function licenseListInput(
  query: LicenseListQuery,
  environment: Environment | null,
): ListLicensesInput {
  const { search, statuses, product, customer, pageSize, cursor } = query;
  return { search, environment, statuses, product, customerId: customer, pageSize, cursor };
}

/** Whether anything but the environment keeps licences out of the list. */
export function isNarrowed({ search, statuses, product, customer }: LicenseListQuery): boolean {
  return search !== "" || statuses.length > 0 || product !== null || customer !== null;
}
