import type { Id } from "@/contracts/ids";
import { tokenDigest } from "@/server/core/secrets";

/** What a session cookie shows: its token, or, in a cookie made before sessions were rows, whose it is. */
export type SessionCredential =
  | { kind: "token"; token: string }
  | { kind: "legacy"; adminId: Id<"adm">; sessionVersion: number };

/**
 * What stands in `sessions.token_digest` for a credential. Cookies of before held no token, but, encrypted and
 * authenticated, an administrator's id and a session version; the migration made one row for all of such cookies of an
 * administrator, under a text that is no digest of any token.
 */
export function storedDigest(credential: SessionCredential): string {
  if (credential.kind === "token") return tokenDigest(credential.token);
  return `legacy:${credential.adminId}:${credential.sessionVersion}`;
}
