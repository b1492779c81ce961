import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A key of its own for each use of the pepper, so that what is encrypted tells nothing of it (RFC 5869). */
function keyOf(pepper: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", pepper, "", `keyward: ${purpose}`, 32));
}

/**
 * Encrypts what has to be read again, with AES-256-GCM under a key that is derived from the pepper: a stolen copy of the
 * database alone cannot open it.
 * @param owner whose it is: moved to another row, it does not open
 */
export function seal(
  plain: Buffer,
  pepper: string,
  { purpose, owner }: { purpose: string; owner: string },
): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keyOf(pepper, purpose), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(owner));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Opens it again. @returns null under another pepper, of another owner, or where it was changed */
export function unseal(
  sealed: Buffer,
  pepper: string,
  { purpose, owner }: { purpose: string; owner: string },
): Buffer | null {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(-TAG_BYTES);
  try {
    const decipher = createDecipheriv("aes-256-gcm", keyOf(pepper, purpose), nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(owner));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}
