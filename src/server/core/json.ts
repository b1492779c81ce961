import { MAX_JSON_DEPTH, MAX_JSON_VALUES } from "@/contracts/bounds";
import { AppError } from "./errors";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Parses JSON that came from outside.
 * @throws AppError malformed_json for what is not JSON (RFC 8259), and for what is nested deeper than 32 levels;
 * payload_too_large for more than 200,000 values
 */
export function parseJson(text: string): unknown {
  const { depth, values } = measureJson(text, MAX_JSON_DEPTH);
  if (depth > MAX_JSON_DEPTH) {
    throw new AppError("malformed_json", `The body is nested deeper than ${MAX_JSON_DEPTH} levels.`);
  }
  if (values > MAX_JSON_VALUES) {
    throw new AppError("payload_too_large", `The body has more than ${MAX_JSON_VALUES} values.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError("malformed_json", "The body is not valid JSON in UTF-8.", {}, error);
  }
}

/** Whether arrays and objects stand within each other deeper than so many levels. */
export function isDeeperThan(text: string, levels: number): boolean {
  return measureJson(text, levels).depth > levels;
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
