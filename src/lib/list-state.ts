import { createLoader, type ParserMap, type SearchParams } from "nuqs/server";
import type { Environment } from "@/contracts/environments";
import { DEFAULT_PAGE_SIZE, isCursor, PAGE_SIZES, type PageSize } from "@/contracts/lists";
import { type AddressField, addressParser, oneOf, optional, orElse, textThat } from "./address-field";

/** Which page of a list, and how long it is. */
export interface ListPosition {
  limit: PageSize;
  cursor: string | null;
}

/** A list whose state is in the address bar, as {@link defineListState} makes it. */
export interface ListDefinition<State extends ListPosition, Filter extends keyof State> {
  parsers: ParserMap;
  /** Reads the state on the server, for the first paint. */
  load: (searchParams: Promise<SearchParams>) => Promise<State>;
  /** Input of the list's procedure. Server and browser both build it here: from another input the prefetched page is not found. */
  input: (state: State, environment: Environment | null) => State & { environment: Environment | null };
  /** The filters when none is set. */
  empty: Pick<State, Filter>;
  /** Whether any of the filters is set. Environment, order and time are not filters. */
  isFiltered: (state: State) => boolean;
}

type Fields = Record<string, AddressField<unknown>>;

type ValuesOf<Given extends Fields> = {
  [Name in keyof Given]: Given[Name] extends AddressField<infer Value> ? Value : never;
};

interface ListFields<Filters extends Fields, Kept extends Fields> {
  /** What "Clear filters" sets back. */
  filters: Filters;
  /** What "Clear filters" leaves as it is: the order, or which time the list is about. */
  kept?: Kept;
  /** Rows of a page where nothing else is asked for. */
  size?: PageSize;
}

/**
 * The state of a list in the address bar, by fields that are named and read as in the input of its procedure: how it is
 * read, what is asked of the procedure, and what no filter at all is. `useListState` is its other half, for the browser.
 */
export function defineListState<Filters extends Fields, Kept extends Fields = Record<never, never>>({
  filters,
  kept,
  size = DEFAULT_PAGE_SIZE,
}: ListFields<Filters, Kept>) {
  type State = ValuesOf<Filters> & ValuesOf<Kept> & ListPosition;
  const page = { limit: orElse(oneOf(PAGE_SIZES), size), cursor: optional(textThat(isCursor)) };
  const parsers: ParserMap = Object.fromEntries(
    Object.entries<AddressField<unknown>>({ ...filters, ...kept, ...page }).map(
      ([name, { read, absent }]) => {
        const parser = addressParser(read);
        return [name, absent === null ? parser : parser.withDefault(absent as NonNullable<unknown>)];
      },
    ),
  );
  const isSet = (value: unknown, absent: unknown) => JSON.stringify(value) !== JSON.stringify(absent);
  const names = Object.keys(filters);
  const definition = {
    parsers,
    load: createLoader(parsers),
    input: (state: State, environment: Environment | null) => ({ ...state, environment }),
    empty: Object.fromEntries(names.map((name) => [name, filters[name]?.absent])),
    isFiltered: (state: State) => names.some((name) => isSet(state[name], filters[name]?.absent)),
  };
  // Made from the fields by their names, which TypeScript does not follow.
  return definition as unknown as ListDefinition<State, Extract<keyof Filters, string>>;
}
