import { createParser, type SingleParserBuilder } from "nuqs/server";
import { type Id, type IdPrefix, isId } from "@/contracts/ids";
import { readText } from "@/contracts/text";

/**
 * Reads one value of the address bar as the schema does that the server asks for it. What that would refuse is null and
 * counts as absent, instead of breaking the page. Without the schema itself: the first load of no page has zod, and
 * test/lib/list-state.test.ts holds the two alike.
 */
export type ReadAddress<Value> = (text: string) => Value | null;

/** A value of the address bar, and what holds where there is none. */
export interface AddressField<Value> {
  read: ReadAddress<NonNullable<Value>>;
  absent: Value;
}

/** A value that may be missing. */
export function optional<Value extends {}>(read: ReadAddress<Value>): AddressField<Value | null> {
  return { read, absent: null };
}

/** A value in whose place another holds where it is missing. */
export function orElse<Value extends {}>(read: ReadAddress<Value>, absent: Value): AddressField<Value> {
  return { read, absent };
}

/** Some of a closed list, with commas between them; what is not of the list is left out. */
export function someOf<const Value extends string>(values: readonly Value[]): AddressField<Value[]> {
  const read = (text: string) => {
    const given = text.split(",").flatMap((item) => values.filter((value) => value === item));
    return given.length <= values.length ? given : null;
  };
  return { read, absent: [] };
}

/** A switch that is off. */
export const off: AddressField<boolean> = { read: (text) => text === "true", absent: false };

export function oneOf<const Value extends string | number>(values: readonly Value[]): ReadAddress<Value> {
  return (text) => values.find((value) => String(value) === text) ?? null;
}

/** Text of so many characters, as `text` of the contracts' schemas takes it. */
export function textOf(min: number, max: number): ReadAddress<string> {
  return (text) => readText(text, min, max);
}

/** A text that is in order as it stands, or none. */
export function textThat(isRight: (text: string) => boolean): ReadAddress<string> {
  return (text) => (isRight(text) ? text : null);
}

export function idOf<Prefix extends IdPrefix>(prefix: Prefix): ReadAddress<Id<Prefix>> {
  return (text) => (isId(prefix, text) ? text : null);
}

/** How a value stands in the address bar: text as it is, several values with commas between them. */
export function addressParser<Value>(read: ReadAddress<Value>): SingleParserBuilder<NonNullable<Value>> {
  return createParser<NonNullable<Value>>({
    parse: (text) => read(text) ?? null,
    serialize: String,
    eq: (one, other) => String(one) === String(other),
  });
}
