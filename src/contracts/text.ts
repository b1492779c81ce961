import { z } from "zod";

/**
 * Control characters (Unicode category Cc) except tab, line feed and carriage return.
 * NUL is the one that matters most: Postgres cannot store it in text or jsonb, so letting it through would turn a
 * caller's bad input into a 500.
 */
const CONTROL_CHARACTERS = /(?![\t\n\r])\p{Cc}/u;

/** Half of a UTF-16 pair on its own: not a character, and not encodable as UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * An API key, of any prefix, anywhere in a text. 32 characters suffice, although 38 follow: the last six are a checksum,
 * which anybody can compute. Nothing that people write has this shape by chance.
 */
const API_KEY = /[a-z0-9]{2,10}_(?:prod|stag|dev)_[0-9A-Za-z]{32}/;

/**
 * What keeps a text from being stored and shown, or null. Control characters and half characters, because Postgres or a
 * page could not take them. An API key, because people paste one into the wrong field, and from there it would go into
 * lists, exports and the audit, for everybody who may read them.
 */
export function textProblem(value: string): string | null {
  if (CONTROL_CHARACTERS.test(value) || LONE_SURROGATE.test(value))
    return "Must not contain control characters";
  return API_KEY.test(value)
    ? "This looks like an API key. A key must not be stored here: leave it out"
    : null;
}

function refuseProblem(value: string, ctx: z.RefinementCtx): void {
  const message = textProblem(value);
  if (message) ctx.addIssue({ code: "custom", message });
}

/** Trimmed text of `min` to `max` characters, without control characters or API keys. HTML and SQL in it are just text. */
export function text(min: number, max: number) {
  return z
    .string()
    .trim()
    .min(min, min === 1 ? "Must not be empty" : undefined)
    .max(max, `Must be at most ${max} characters`)
    .superRefine(refuseProblem);
}

/** E-mail address, at most 254 characters (RFC 5321, section 4.5.3.1.3 less the angle brackets). */
export const emailSchema = z
  .string()
  .trim()
  .max(254, "Must be at most 254 characters")
  .superRefine(refuseProblem)
  .pipe(z.email());

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
