import * as z from "zod";
import { MAX_FIELD_ERROR_LENGTH } from "../bounds";
import { grouped } from "../numbers";

type RawIssue = z.core.$ZodRawIssue;
type Code = z.core.$ZodIssue["code"];

/** What is wrong with a field, by the code of the issue, where its schema has no words of its own: the one voice of the API and of forms. */
const WORDS: { [Of in Code]: (issue: Extract<RawIssue, { code: Of }>) => string } = {
  invalid_type: ({ expected, input }) => {
    // zod says of what is absent that it is of the wrong type.
    if (input === undefined) return ABSENT;
    const type = TYPES[expected];
    if (type === undefined) return "Is of the wrong type";
    const wanted = `Must be ${type}`;
    // Of 1.5 where a whole number is wanted there is nothing to say of its type.
    const sent = expected === "int" && typeof input === "number" ? null : typeOf(input);
    return sent === null ? wanted : `${wanted}, not ${sent}`;
  },
  invalid_value: ({ values, input }) => {
    if (input !== undefined) return oneOf("Must be", values);
    return values.length === 1 ? ABSENT : oneOf("Is required:", values);
  },
  too_small: ({ origin, minimum, inclusive = true, exact = false }) => {
    if (exact) return `Must ${sized(origin, "exactly", minimum)}`;
    if (inclusive && Number(minimum) === 1 && origin in SIZED) return "Must not be empty";
    return `Must ${sized(origin, inclusive ? "at least" : "more than", minimum)}`;
  },
  too_big: ({ origin, maximum, inclusive = true, exact = false }) =>
    `Must ${sized(origin, exact ? "exactly" : inclusive ? "at most" : "less than", maximum)}`,
  invalid_format: ({ format }) => FORMATS[format] ?? "Is malformed",
  not_multiple_of: ({ divisor }) => `Must be a multiple of ${divisor}`,
  unrecognized_keys: () => "Unknown field",
  invalid_union: ({ errors, options }) => {
    // Of those that a member tells apart, the values which that may have.
    if (Array.isArray(options) && options.length > 0) return oneOf("Must be", options);
    const said = [...new Set(errors.flatMap((issues) => issues.map(({ message }) => message)))];
    const isOfWhole = errors.every((issues) => issues.every(({ path }) => path.length === 0));
    // What each way takes, where that is about the value as a whole; else it would be said of one field what belongs to another.
    return isOfWhole && said.length > 0 ? said.join(", or: ") : "Has none of the forms that it may have";
  },
  invalid_key: () => "Has a name that it may not have",
  invalid_element: () => "Has a value that it may not have",
  custom: () => "Is not valid",
};

const ABSENT = "Is required";

/** Types as JSON has them, in words. */
const TYPES: Record<string, string> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

/** What is sized, and of what it has so many. */
const SIZED: Record<string, string> = { string: "character", array: "item", set: "item" };

const FORMATS: Record<string, string> = {
  datetime: "Must be an RFC 3339 time, such as 2027-01-31T12:00:00Z",
  date: "Must be a date, such as 2027-01-31",
  time: "Must be a time of day, such as 12:00:00",
  email: "Must be an e-mail address",
  url: "Must be a URL, such as https://example.com",
  uuid: "Must be a UUID",
  ipv4: "Must be an IPv4 address",
  ipv6: "Must be an IPv6 address",
  cidrv4: "Must be a range of IPv4 addresses, such as 203.0.113.0/24",
  cidrv6: "Must be a range of IPv6 addresses, such as 2001:db8::/32",
  base64: "Must be base64",
  base64url: "Must be base64url",
};

/** What was sent, by its type; null: nothing that has one in JSON, such as NaN of a field that is empty. */
function typeOf(input: unknown): string | null {
  if (input === null) return "null";
  if (Array.isArray(input)) return "a list";
  if (typeof input === "number") return Number.isFinite(input) ? "a number" : null;
  return TYPES[typeof input] ?? null;
}

function sized(origin: string, bound: string, size: number | bigint): string {
  const unit = SIZED[origin];
  const many = `${bound} ${grouped(Number(size))}`;
  if (unit === undefined) return `be ${many}`;
  const units = Number(size) === 1 ? unit : `${unit}s`;
  // As the schemas that have words of their own say it of texts.
  return origin === "string" ? `be ${many} ${units}` : `have ${many} ${units}`;
}

/** The choices, as far as whole names fit into what an answer may say of a field, and how many there are beside them. */
function oneOf(before: string, values: readonly z.core.util.Primitive[]): string {
  const names = values.map((value) => (value === "" ? '""' : String(value)));
  if (names.length === 1) return `${before} ${names[0]}`;
  const said = (count: number) => {
    const more = names.length - count;
    return `${before} one of ${names.slice(0, count).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  };
  let count = names.length;
  while (count > 1 && said(count).length > MAX_FIELD_ERROR_LENGTH) count--;
  return said(count);
}

function wordsOf(issue: RawIssue): string {
  // Each of the table takes the issues of its own code, which TypeScript does not see through the look-up.
  return (WORDS[issue.code] as (issue: RawIssue) => string)(issue);
}

// Not as the language of zod, which each bundle of a process sets anew as it is loaded.
z.config({ customError: wordsOf });
