import {
  createHash,
  createHmac,
  createSecretKey,
  type Hash,
  type Hmac,
  type KeyObject,
  randomBytes,
  randomFillSync,
  timingSafeEqual,
} from "node:crypto";

/** A pepper as the key of an HMAC, made once: of a text it would be made anew for every call. */
const pepperKeys = new Map<string, KeyObject>();

function pepperKey(pepper: string): KeyObject {
  const known = pepperKeys.get(pepper);
  if (known) return known;
  const made = createSecretKey(pepper, "utf8");
  pepperKeys.set(pepper, made);
  return made;
}

/**
 * The 32-byte digest under which a key is stored and looked up.
 * Keys have 190 random bits, so a slow password hash would add nothing but load. The pepper, kept outside of the
 * database, makes a stolen dump useless even for confirming a suspected key.
 * @param pepper undefined or empty: none, and the digest is a plain SHA-256
 */
export function keyDigest(key: string, pepper: string | undefined): Buffer {
  return hashOf(key, pepper).digest();
}

/** The same as hex, which is what a key is looked up by: by way of a Buffer it takes twice as long. */
export function keyDigestHex(key: string, pepper: string | undefined): string {
  return hashOf(key, pepper).digest("hex");
}

function hashOf(key: string, pepper: string | undefined): Hash | Hmac {
  return (pepper ? createHmac("sha256", pepperKey(pepper)) : createHash("sha256")).update(key);
}

/** What the pepper's check is the digest of. */
const PEPPER_CHECK = "keyward: pepper check";

/**
 * Tells peppers apart without telling them: 16 hex digits, stored beside each digest, so that a process with another
 * pepper is found at its start and not by every caller. It helps nobody who has stolen the database: a key of their own,
 * with its digest, would let them try peppers just as well.
 */
export function pepperCheck(pepper: string | undefined): string {
  return keyDigest(PEPPER_CHECK, pepper).toString("hex").slice(0, 16);
}

/** What the check of a session secret is the digest of. */
const SESSION_SECRET_CHECK = "keyward: session secret check";

/**
 * Tells session secrets apart without telling them: 16 hex digits, stored with each session, so that changing the secret
 * ends all of them. That is what somebody expects who changes it because it, or a copy of the database, was stolen.
 */
export function sessionSecretCheck(secret: string): string {
  return createHmac("sha256", secret).update(SESSION_SECRET_CHECK).digest("hex").slice(0, 16);
}

/** Bytes of the CSPRNG in store: asking for them costs as much for one as for thousands. */
const store = Buffer.alloc(4_096);
let taken = store.length;

function randomByte(): number {
  if (taken === store.length) {
    randomFillSync(store);
    taken = 0;
  }
  const byte = store.readUInt8(taken);
  // What became of it is nowhere else than in the text that was made of it.
  store.writeUInt8(0, taken++);
  return byte;
}

/** Characters of the alphabet (2 to 256 of them) from the CSPRNG, each as likely as any other. */
export function randomText(alphabet: string, length: number): string {
  // The largest multiple in a byte; taking the rest of a byte above it would favour the first characters.
  const fair = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < length) {
    const byte = randomByte();
    if (byte < fair) text += alphabet[byte % alphabet.length];
  }
  return text;
}

/** A one-time token: 32 random bytes, base64url. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** SHA-256 of a token, hex: what is stored of it. */
export function tokenDigest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Compares two texts in time that does not depend on where they differ, so that a secret cannot be guessed byte by byte. */
export function sameSecret(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
