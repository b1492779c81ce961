import type { Environment } from "@/contracts/environments";
import type { ListKeysInput } from "@/contracts/keys";

/** What the address bar says about the list; the environment comes from the top bar. */
export type KeyListQuery = Required<Omit<ListKeysInput, "environment">>;

/** What narrows the list, apart from search and environment. */
export type KeyFilters = Pick<KeyListQuery, "statuses" | "permission" | "customer" | "lastUse" | "expiry">;

/** No filter at all. */
export const NO_FILTERS: KeyFilters = {
  statuses: [],
  permission: null,
  customer: null,
  lastUse: null,
  expiry: null,
};

/** Input of `keys.list`: the server's prefetch and the browser's query must build the very same. */
export function keyListInput(query: KeyListQuery, environment: Environment | null): ListKeysInput {
  const { search, statuses, permission, customer, lastUse, expiry, sort, direction, pageSize, cursor } =
    query;
  return {
    search,
    environment,
    statuses,
    permission,
    customer,
    lastUse,
    expiry,
    sort,
    direction,
    pageSize,
    cursor,
  };
}

/** Whether anything but the environment keeps keys out of the list. */
export function isNarrowed(query: KeyListQuery): boolean {
  const { search, statuses, permission, customer, lastUse, expiry } = query;
  return (
    search !== "" ||
    statuses.length > 0 ||
    [permission, customer, lastUse, expiry].some((one) => one !== null)
  );
}
