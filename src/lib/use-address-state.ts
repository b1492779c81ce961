"use client";

import { type UseQueryStatesKeysMap, useQueryStates } from "nuqs";
import { useCatchKey } from "@/components/pasted-key-context";

/**
 * The state of a page in the address bar: the one way into it for what people type. A full key in any of the values is
 * caught and nothing is written: the address goes on into histories, proxies and their logs.
 */
export function useAddressState<Parsers extends UseQueryStatesKeysMap>(
  parsers: Parsers,
  options: Parameters<typeof useQueryStates<Parsers>>[1] = {},
) {
  const [state, setState] = useQueryStates(parsers, options);
  const catchKey = useCatchKey();
  const change: typeof setState = (patch, how) => {
    const caught = catchKey(JSON.stringify(typeof patch === "function" ? patch(state) : patch));
    return caught ? Promise.resolve(new URLSearchParams(window.location.search)) : setState(patch, how);
  };
  return [state, change] as const;
}
