import { z } from "zod";

/**
 * Control characters (Unicode category Cc) except tab, line feed and carriage return.
 * NUL is the one that matters most: Postgres cannot store it in text or jsonb, so letting it through would turn a
 * caller's bad input into a 500.
 */
const CONTROL_CHARACTERS = /(?![\t\n\r])\p{Cc}/u;

/** Half of a UTF-16 pair on its own: not a character, and not encodable as UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether Postgres can store the text, and a page show it. */
export function isPlainText(value: string): boolean {
  return !CONTROL_CHARACTERS.test(value) && !LONE_SURROGATE.test(value);
}

/** Trimmed text of `min` to `max` characters without control characters. HTML and SQL in it are just text. */
export function text(min: number, max: number) {
  return z
    .string()
    .trim()
    .min(min, min === 1 ? "Must not be empty" : undefined)
    .max(max, `Must be at most ${max} characters`)
    .refine(isPlainText, "Must not contain control characters");
}

/** E-mail address, at most 254 characters (RFC 5321, section 4.5.3.1.3 less the angle brackets). */
export const emailSchema = z.string().trim().max(254, "Must be at most 254 characters").pipe(z.email());

/** RFC 3339 time with an offset; leaves as UTC with milliseconds. Years 1970 to 9999, what a timestamptz and a Date both hold. */
export const timestampSchema = z.iso
  // Aborts: of what is no time it would also be said that it lies outside of the years below.
  .datetime({ offset: true, abort: true, error: "Must be an RFC 3339 time, such as 2027-01-31T12:00:00Z" })
  .refine((value) => {
    const time = Date.parse(value);
    return time >= 0 && time < Date.UTC(10_000, 0, 1);
  }, "Must be between 1970 and 9999");

const METADATA_KEYS = 50;
const METADATA_VALUE_LENGTH = 500;

/** Up to 50 flat pairs a caller may keep on a record: keys of 1 to 40 characters, values text, number, boolean or null. */
export const metadataSchema = z
  .record(text(1, 40), z.union([text(0, METADATA_VALUE_LENGTH), z.number(), z.boolean(), z.null()]))
  .refine((value) => Object.keys(value).length <= METADATA_KEYS, `Must have at most ${METADATA_KEYS} keys`);

export type Metadata = z.infer<typeof metadataSchema>;

/** Reads metadata that somebody typed as JSON, nothing being none; a text when it cannot be metadata, saying why. */
export function readMetadata(source: string): Metadata | string {
  let value: unknown;
  try {
    value = source.trim() === "" ? {} : JSON.parse(source);
  } catch {
    return "Is not JSON. Check quotes and commas.";
  }
  const parsed = metadataSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join(".");
  return [where, issue?.message].filter(Boolean).join(": ");
}
