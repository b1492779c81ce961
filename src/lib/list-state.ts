import { createLoader, type ParserMap, type SearchParams } from "nuqs/server";
import type { z } from "zod";
import type { Environment } from "@/contracts/environments";
import type { PageSize } from "@/contracts/lists";
import { addressParser } from "./address-parser";

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

type Shape = Record<string, z.ZodType> & {
  limit: z.ZodType<ListPosition["limit"]>;
  cursor: z.ZodType<string | null>;
};

interface Fields<Filter extends string, Other extends string> {
  /** What "Clear filters" sets back. */
  filters: readonly Filter[];
  /** What "Clear filters" leaves as it is: the order, or which time the list is about. */
  kept?: readonly Other[];
}

/**
 * The state of a list in the address bar, from the input schema of its procedure, whose fields all have defaults: how it is
 * read, what is asked of the procedure, and what no filter at all is. `useListState` is its other half, for the browser.
 * @param schema its environment, if it has one, comes from the top bar
 */
export function defineListState<
  Inputs extends Shape,
  Filter extends Extract<keyof Inputs, string>,
  Other extends Extract<keyof Inputs, string> = never,
>(schema: z.ZodObject<Inputs>, { filters, kept = [] }: Fields<Filter, Other>) {
  type State = { [Name in Filter | Other]: z.output<Inputs[Name]> } & ListPosition;
  const names: string[] = [...filters, ...kept, "limit", "cursor"];
  const fields = Object.entries<z.ZodType>(schema.shape).filter(([name]) => names.includes(name));
  const defaults = Object.fromEntries(fields.map(([name, field]) => [name, field.parse(undefined)]));
  const parsers: ParserMap = Object.fromEntries(
    fields.map(([name, field]) => {
      const parser = addressParser(field);
      return [
        name,
        defaults[name] === null ? parser : parser.withDefault(defaults[name] as NonNullable<unknown>),
      ];
    }),
  );
  const isSet = (value: unknown, name: string) => JSON.stringify(value) !== JSON.stringify(defaults[name]);
  const definition = {
    parsers,
    load: createLoader(parsers),
    input: (state: State, environment: Environment | null) => ({ ...state, environment }),
    empty: Object.fromEntries(filters.map((name) => [name, defaults[name]])),
    isFiltered: (state: State) => filters.some((name) => isSet(state[name], name)),
  };
  // Made from the fields of the schema by their names, which TypeScript does not follow.
  return definition as unknown as ListDefinition<State, Filter>;
}
