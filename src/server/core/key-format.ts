import { crc32 } from "node:zlib";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { randomText } from "./secrets";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_LENGTH = 32;
const CHECKSUM_LENGTH = 6;

/** Longest text that can be a key: prefix of 10, environment of 4, two underscores, random part and checksum. */
const MAX_KEY_LENGTH = 10 + 1 + 4 + 1 + RANDOM_LENGTH + CHECKSUM_LENGTH;

const KEY_SHAPE = /^[a-z0-9]{2,10}_(?:prod|stag|dev)_[0-9A-Za-z]{38}$/;

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
  // Length first: a megabyte of header must not reach the expression or the CRC.
  if (text.length > MAX_KEY_LENGTH || !KEY_SHAPE.test(text)) return false;
  const body = text.slice(0, -CHECKSUM_LENGTH);
  return checksum(body) === text.slice(-CHECKSUM_LENGTH);
}

/** What may be shown of a key for good: `kw_stag_Ab12…x9Qz`. */
export function displayForm(key: string): string {
  const start = key.length - RANDOM_LENGTH - CHECKSUM_LENGTH;
  return `${key.slice(0, start + 4)}…${key.slice(-4)}`;
}

/**
 * Keys, whole or cut off, in running text and in addresses (where `_` may stand as `%5F`). Cut off too, because of a key
 * that lacks its last characters nothing is secret any more: they are the checksum, which anybody can compute.
 */
const KEY_IN_TEXT = /([a-z0-9]{2,10}(?:_|%5F)(?:prod|stag|dev)(?:_|%5F)[0-9a-z]{4})[0-9a-z]{8,}/gi;

/** Replaces everything that looks like a key, for text that is about to be logged or stored. */
export function redactKeys(text: string): string {
  return text.replace(KEY_IN_TEXT, (found, start: string) =>
    KEY_SHAPE.test(found) ? displayForm(found) : `${start}…`,
  );
}
