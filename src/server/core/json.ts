import { MAX_JSON_DEPTH, MAX_JSON_VALUES } from "@/contracts/bounds";
import { AppError } from "./errors";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Parses JSON that came from outside.
 * @throws AppError malformed_json for what is not JSON (RFC 8259); what boundJson throws
 */
export function parseJson(text: string): unknown {
  boundJson(text, MAX_JSON_VALUES);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError("malformed_json", "The body is not valid JSON in UTF-8.", {}, error);
  }
}

/**
 * Refuses JSON that would be too much for whoever builds and walks it, before anything is built.
 * @param around levels that stand around what the caller sent, such as a batch
 * @throws AppError malformed_json for what is nested deeper than 32 levels; payload_too_large for too many values
 */
export function boundJson(text: string, maxValues: number, around = 0): void {
  const { depth, values } = measureJson(text, MAX_JSON_DEPTH + around);
  if (depth > MAX_JSON_DEPTH + around) {
    throw new AppError("malformed_json", `The JSON is nested deeper than ${MAX_JSON_DEPTH} levels.`);
  }
  if (values > maxValues) {
    throw new AppError("payload_too_large", `The JSON has more than ${maxValues} values.`);
  }
}

/**
 * How deep arrays and objects stand within each other, and how many values there are at most: arrays, objects, and what is
 * set apart by commas. Looks at the text, in one pass and before anything is built from it: whatever walks the value
 * afterwards may do so by recursion. Of a text that is not JSON it may say anything.
 * @param levels where it stops counting; the depth is one more then
 */
export function measureJson(text: string, levels: number): { depth: number; values: number } {
  let level = 0;
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length && depth <= levels; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COMMA) values++;
    else if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
      values++;
      level++;
      if (level > depth) depth = level;
    } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) level--;
  }
  return { depth, values };
}

/** Where the string ends that begins here: at the next quote with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  let at = start;
  do {
    at = text.indexOf('"', at + 1);
    if (at < 0) return text.length;
  } while (isEscaped(text, at));
  return at;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}
