import type { z } from "zod";
import { KEY_START_IN_ADDRESS, RANDOM_LENGTH } from "./key-shape";

/**
 * Text that has passed validation: the one kind that columns which show a caller's text take (server/database/schema), so that a
 * way to one which forgets it does not compile. {@link cleanText} and {@link cleaned} make it, and nothing else.
 * Rows from before it read as it too; what they hold was refused or not by the rules of their time.
 */
export type CleanText = string & z.core.$brand<"CleanText">;

/**
 * Control characters (Unicode category Cc) except tab, line feed and carriage return.
 * NUL is the one that matters most: Postgres cannot store it in text or jsonb, so letting it through would turn a
 * caller's bad input into a 500.
 */
const CONTROL_CHARACTERS = /(?![\t\n\r])\p{Cc}/u;

/** Half of a UTF-16 pair on its own: not a character, and not encodable as UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * What nobody sees: Unicode's default-ignorable characters, those that turn the direction of writing among them
 * (U+202A to E, U+2066 to 9, U+200E, U+200F, U+061C), interlinear marks, and the empty Braille cell. With them one name is
 * made to look like another, or to read backwards in a list ("Trojan Source", CVE-2021-42574).
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u2800]/u;

/**
 * The places in which a joiner or a selector is part of what is seen, and stays: within an emoji (UTS #51), between two
 * letters of a script that joins (RFC 5892, A.1 and A.2: Persian, Sinhala and others cannot be written without), and
 * after a Han character, as Japanese names have it (UTS #37).
 */
const EMOJI =
  /[0-9#*]\ufe0f?\u20e3|\p{Extended_Pictographic}[\ufe0e\ufe0f]?\p{Emoji_Modifier}?(?:\u200d\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?)*/u;
const JOINING_SCRIPTS = "Arab Syrc Mong Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Tibt";
function joined(): RegExp {
  const scripts = JOINING_SCRIPTS.split(" ").map((script) => String.raw`\p{scx=${script}}`);
  const letter = String.raw`(?!\p{Default_Ignorable_Code_Point})[${scripts.join("")}]`;
  return new RegExp(String.raw`${letter}[\u200c\u200d](?=${letter})`, "u");
}
const HAN_VARIANT = /\p{scx=Han}[\u{e0100}-\u{e01ef}]/u;

/** Patterns of what nobody sees. */
interface Unseen {
  /** Skips what is fine as it stands, and finds what must not be stored or shown. */
  unclean: RegExp;
  /** The places in which it is part of what is seen. */
  seen: RegExp;
}

let unseen: Unseen | undefined;

/** Made for the first text that may need them, as most processes see none, and to read them takes several milliseconds. */
function patternsOfUnseen(): Unseen {
  if (unseen) return unseen;
  const shaped = [EMOJI, joined(), HAN_VARIANT].map(({ source }) => source).join("|");
  const parts = [`(${shaped})`, CONTROL_CHARACTERS.source, LONE_SURROGATE.source, INVISIBLE.source];
  unseen = { unclean: new RegExp(parts.join("|"), "gu"), seen: new RegExp(shaped, "gu") };
  return unseen;
}

/**
 * An API key, of any prefix, anywhere in a text. 32 characters suffice, although 38 follow: the last six are a checksum,
 * which anybody can compute, so the shape refuses all that the checksum would, and a key with a slip in it as well.
 * Nothing that people write has this shape by chance. In an address `_` may stand percent-encoded.
 */
const API_KEY = new RegExp(`${KEY_START_IN_ADDRESS}[0-9a-z]{${RANDOM_LENGTH}}`, "i");

const SHORTEST_KEY = "kw_dev_".length + RANDOM_LENGTH;

/** One form of each text, so that what looks alike is alike: "é" is one character or two otherwise (UAX #15). */
export const FORM = "NFC";

/**
 * More marks on one letter than any writing has (UAX #15, section 13, Stream-Safe Text Format). They spill over the lines
 * around them, and composing a text of marks alone takes the square of its length: with a body of 1 MiB minutes.
 */
const STACKED_MARKS = /\p{M}{31}/u;
const MARKS_BEYOND = /(\p{M}{30})\p{M}+/gu;

/** What most texts are: in the one form, and without anything of this but keys. */
const PLAIN = /^[\t\n\r\x20-\x7e]*$/;

/** Whether a text is of plain ASCII, of which nothing but a key could be wrong: most are, and need no longer look. */
export const isPlain = (value: string) => PLAIN.test(value);

/** Brings any text into the one form, also one that would take for ever. */
const composed = (value: string) =>
  isPlain(value) ? value : value.replace(MARKS_BEYOND, "$1").normalize(FORM);

/**
 * What keeps a text from being stored and shown, or null. Control characters and half characters, because Postgres or a
 * page could not take them. An API key, because people paste one into the wrong field, and from there it would go into
 * lists, exports and the audit, for everybody who may read them.
 */
export function textProblem(value: string): string | null {
  return (isPlain(value) ? null : characterProblem(value)) ?? keyProblem(value);
}

function characterProblem(value: string): string | null {
  if (STACKED_MARKS.test(value)) return "Must not have more than 30 marks on one letter";
  if (CONTROL_CHARACTERS.test(value) || LONE_SURROGATE.test(value))
    return "Must not contain control characters";
  if (INVISIBLE.test(value) && INVISIBLE.test(value.replace(patternsOfUnseen().seen, "")))
    return "Must not contain invisible characters, or ones that turn the direction of writing";
  return null;
}

/** What {@link textProblem} says of an API key in a text, without a look at anything else. */
export function keyProblem(value: string): string | null {
  // In the form in which it is stored: a letter that this turns into another, such as the sign for kelvin into a K, must
  // not be what keeps a key from being seen.
  if (value.length < SHORTEST_KEY || !API_KEY.test(composed(value))) return null;
  return "This looks like an API key. A key must not be stored here: leave it out";
}

/**
 * A text as a column takes it, null and undefined as they are. Contracts have refused what {@link textProblem} names long before;
 * this asks once more, in the verb itself, so that no plane, job or command can forget.
 * @throws Error for a text that validation refuses: a fault of ours, never a caller's
 */
export function cleanText<Value extends string | null | undefined>(
  value: Value,
): CleanText | Exclude<Value, string> {
  if (typeof value !== "string") return value as Exclude<Value, string>;
  const problem = textProblem(value);
  if (problem) throw new Error(`A text that must not be stored got past the contracts: ${problem}`);
  return composed(value) as CleanText;
}

/**
 * What can be kept of a text whose sender must not be refused: in place of each character that validation refuses stands
 * U+FFFD, so that it shows that something was there, and nothing that was apart comes together. It does not look for
 * keys.
 */
export function cleaned(value: string): CleanText {
  if (isPlain(value)) return value as CleanText;
  return composed(value).replace(
    patternsOfUnseen().unclean,
    (_, seen?: string) => seen ?? "\ufffd",
  ) as CleanText;
}

/**
 * The form in which texts are compared where capitals do not count, such as e-mail addresses: the same in every process
 * and locale, other than Postgres' lower(), which in a Turkish database makes another letter of "I".
 */
export function folded(value: string): string {
  return value.normalize(FORM).toLowerCase();
}

/** A character of {@link FORM} is up to so many before (UAX #15, section 10; Hangul and stacked accents). */
export const DECOMPOSED = 4;

/** What `text` of the schemas makes of a text, without their library; null where it refuses. */
export function readText(value: string, min: number, max: number): string | null {
  const trimmed = value.trim();
  if (trimmed.length > max * DECOMPOSED || textProblem(trimmed) !== null) return null;
  const read = trimmed.normalize(FORM);
  return read.length >= min && read.length <= max ? read : null;
}

/** What browsers take for an e-mail address (HTML, section 4.10.5.1.5). */
export const EMAIL =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

export const MAX_EMAIL_LENGTH = 254;
export const MAX_LOCAL_PART = 64;

/** What `emailSchema` makes of a text; null where it refuses. */
export function readEmail(value: string): string | null {
  const email = value.trim();
  if (email.length > MAX_EMAIL_LENGTH || textProblem(email) !== null || !EMAIL.test(email)) return null;
  return email.lastIndexOf("@") <= MAX_LOCAL_PART ? email : null;
}
