"use client";

import type { UseQueryStatesKeysMap, Values } from "nuqs";
import { useAddressState } from "./use-address-state";

/** A list's state has a position, which belongs to one order and one set of filters only. */
type ListParsers = UseQueryStatesKeysMap & { cursor: UseQueryStatesKeysMap[string] };

/**
 * The state of a list in the address bar, and what changes part of it. Every change but paging goes back to the first
 * page. Pages are places to come back to, so paging is a step in the history; the steps of narrowing a list are not.
 */
export function useListQuery<Parsers extends ListParsers>(parsers: Parsers) {
  const [query, setQuery] = useAddressState(parsers);
  const change = (patch: Partial<Values<Parsers>>) => {
    const history = patch.cursor === undefined ? "replace" : "push";
    void setQuery({ cursor: null, ...patch } as Partial<Values<Parsers>>, { history });
  };
  return [query, change] as const;
}
