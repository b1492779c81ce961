import * as z from "zod";
import { DECOMPOSED, EMAIL, FORM, MAX_EMAIL_LENGTH, MAX_LOCAL_PART, textProblem } from "../text";
import "./words";

/** Adds what is wrong with a text to its issues, and looks no further: what follows may count on clean text. */
export function refuseProblem(value: string, ctx: z.RefinementCtx): void {
  const message = textProblem(value);
  if (message) ctx.addIssue({ code: "custom", message, continue: false });
}

/**
 * Trimmed text of `min` to `max` characters in NFC, without what {@link textProblem} names. HTML and SQL in it are just
 * text.
 */
export function text(min: number, max: number) {
  const tooLong = `Must be at most ${max} characters`;
  return (
    z
      .string()
      .trim()
      // Not even looked through: a megabyte where a name was expected.
      .max(max * DECOMPOSED, { abort: true, error: tooLong })
      .superRefine(refuseProblem)
      .normalize(FORM)
      .min(min, min === 1 ? "Must not be empty" : undefined)
      .max(max, tooLong)
  );
}

/**
 * E-mail address as browsers take it in a field for one (HTML, section 4.10.5.1.5), so also `a&b@example.com` and
 * internationalized domains in their ASCII form. At most 254 characters, 64 before the @ (RFC 5321, section 4.5.3.1, less
 * the angle brackets).
 */
export const emailSchema = z
  .string()
  .trim()
  .max(MAX_EMAIL_LENGTH, { abort: true, error: `Must be at most ${MAX_EMAIL_LENGTH} characters` })
  .superRefine(refuseProblem)
  .pipe(z.email({ pattern: EMAIL, error: "Invalid email address" }))
  .refine(
    (email) => email.lastIndexOf("@") <= MAX_LOCAL_PART,
    `Must have at most ${MAX_LOCAL_PART} characters before the @`,
  );

/** RFC 3339 time with an offset; leaves as UTC with milliseconds. Years 1970 to 9999, what a timestamptz and a Date both hold. */
export const timestampSchema = z.iso
  // Aborts: of what is no time it would also be said that it lies outside of the years below.
  .datetime({ offset: true, abort: true, error: "Must be an RFC 3339 time, such as 2027-01-31T12:00:00Z" })
  .refine((value) => {
    const time = Date.parse(value);
    return time >= 0 && time < Date.UTC(10_000, 0, 1);
  }, "Must be between 1970 and 9999");
