import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";

/** Argon2id with 19 MiB, 2 passes, 1 lane: the minimum of the OWASP Password Storage Cheat Sheet. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Argon2id hash in PHC string format. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, PARAMETERS);
}

/** A hash that no password belongs to, and that takes as long to check as any. */
export function hashOfNothing(): Promise<string> {
  return hashPassword(randomBytes(32).toString("base64url"));
}

let decoy: Promise<string> | undefined;

/**
 * Whether the password belongs to the hash. Without a hash (no such administrator) it works just as long on a decoy and
 * says no: a faster no would tell an attacker which e-mail addresses have accounts.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  decoy ??= hashOfNothing();
  const matches = await verify(passwordHash ?? (await decoy), password);
  return matches && passwordHash !== null;
}
