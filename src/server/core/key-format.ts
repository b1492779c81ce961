import { crc32 } from "node:zlib";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import {
  CHECKSUM_LENGTH,
  KEY_ENVIRONMENT_IN_ADDRESS,
  KEY_SHAPE,
  KEY_START,
  KEY_START_IN_ADDRESS,
  maskApiKey,
  RANDOM_LENGTH,
} from "@/contracts/key-shape";
import { randomText } from "./secrets";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Longest text that can be a key: prefix of 10, environment of 4, two underscores, random part and checksum. */
const MAX_KEY_LENGTH = 10 + 1 + 4 + 1 + RANDOM_LENGTH + CHECKSUM_LENGTH;

const WHOLE_KEY = new RegExp(`^${KEY_SHAPE}$`);
/** All of a key but its checksum. */
const KEY_BODY = new RegExp(`^${KEY_START}[0-9A-Za-z]{${RANDOM_LENGTH}}`);

/** CRC-32 (IEEE 802.3) of `text` in base62, left-padded to six characters. */
function checksum(text: string): string {
  let rest = crc32(text);
  let digits = "";
  for (let place = 0; place < CHECKSUM_LENGTH; place++) {
    digits = BASE62[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** A new full key, `{prefix}_{env}_{random}{checksum}`. The caller shows it once and keeps only its digest. */
export function generateKey(prefix: string, environment: Environment): string {
  const body = `${prefix}_${ENVIRONMENT_DETAILS[environment].slug}_${randomText(BASE62, RANDOM_LENGTH)}`;
  return body + checksum(body);
}

/**
 * Whether the text has the shape of a key and its checksum holds. Garbage, typing errors and cut-off keys end here,
 * without a look-up. The prefix is not compared with KEY_PREFIX: changing that setting must not kill the keys in use.
 */
export function isWellFormedKey(text: string): boolean {
  // The expression first: of a megabyte of header it reads no more than a key has, and none of it reaches the CRC.
  if (!WHOLE_KEY.test(text)) return false;
  const body = text.slice(0, -CHECKSUM_LENGTH);
  return checksum(body) === text.slice(-CHECKSUM_LENGTH);
}

/**
 * The keys that a text can be, for one that turned up somewhere. Its random characters decide: a checksum that is missing
 * or mistyped keeps nothing secret, as anybody can compute it. Where other letters or digits stood right before the key,
 * they cannot be told from its prefix, so each place where it may begin makes one.
 */
export function keysWithin(text: string): string[] {
  if (text.length > MAX_KEY_LENGTH) return [];
  const starts = [...text.slice(0, text.indexOf("_"))].keys();
  return [...starts]
    .flatMap((start) => KEY_BODY.exec(text.slice(start)) ?? [])
    .map((body) => body + checksum(body));
}

/**
 * Keys, whole or cut off, in running text and in addresses (where `_` may stand as `%5F`). Cut off too, because of a key
 * that lacks its last characters nothing is secret any more: they are the checksum, which anybody can compute.
 */
const KEY_IN_TEXT = new RegExp(`(${KEY_START_IN_ADDRESS}[0-9a-z]{4})[0-9a-z]{8,}`, "gi");

const HINT_OF_A_KEY = new RegExp(KEY_ENVIRONMENT_IN_ADDRESS, "i");

/** Replaces everything that looks like a key, for text that is about to be logged or stored. */
export function redactKeys(text: string): string {
  if (!HINT_OF_A_KEY.test(text)) return text;
  return text.replace(KEY_IN_TEXT, (found, start: string) =>
    WHOLE_KEY.test(found) ? maskApiKey(found) : `${start}…`,
  );
}
