import { RECOVERY_CODES } from "@/contracts/second-factor";
import { randomText, tokenDigest } from "./secrets";

/** Base32 (RFC 4648, section 6), in small letters: nothing that looks like something else. */
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
/** 80 random bits. */
const LENGTH = 16;

/** New codes, to be shown once, and what is stored of them. */
export function newRecoveryCodes(): { codes: string[]; digests: string[] } {
  const plain = Array.from({ length: RECOVERY_CODES }, () => randomText(ALPHABET, LENGTH));
  return {
    codes: plain.map((code) => code.match(/.{4}/g)?.join("-") ?? code),
    digests: plain.map(tokenDigest),
  };
}
