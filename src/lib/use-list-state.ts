"use client";

import { useEnvironment } from "@/components/environment-context";
import type { Environment } from "@/contracts/environments";
import type { ListDefinition, ListPosition } from "./list-state";
import { useAddressState } from "./use-address-state";

/** A list as the page shows it now, and what changes that. */
export interface ListState<State extends ListPosition> {
  state: State;
  /** The one of the top bar; null for all. */
  environment: Environment | null;
  /** Of the list's procedure. */
  input: State & { environment: Environment | null };
  isFiltered: boolean;
  /**
   * Changes part of the state. Every change but paging goes back to the first page. Pages are places to come back to, so
   * paging is a step in the history; the steps of narrowing a list are not, unless told so.
   */
  change: (patch: Partial<State>, history?: "push" | "replace") => void;
  /** Takes all filters away. */
  clear: () => void;
}

/** The {@link ListState} of a list that `defineListState` made. */
export type ListStateOf<Definition> =
  Definition extends ListDefinition<infer State, infer _Filter> ? ListState<State> : never;

/** Joins a list to the address bar. */
export function useListState<State extends ListPosition, Filter extends keyof State>(
  list: ListDefinition<State, Filter>,
): ListState<State> {
  const environment = useEnvironment();
  const [values, setValues] = useAddressState(list.parsers);
  // What the definition's own parsers read.
  const state = values as State;
  const change: ListState<State>["change"] = (patch, history) => {
    const paging = patch.cursor !== undefined;
    void setValues({ cursor: null, ...patch }, { history: history ?? (paging ? "push" : "replace") });
  };
  return {
    state,
    environment,
    input: list.input(state, environment),
    isFiltered: list.isFiltered(state),
    change,
    clear: () => change(list.empty as Partial<State>),
  };
}
