import type { KeySecret } from "@/contracts/keys";
import { pepperCheck } from "@/server/core/secrets";
import type { Databases } from "@/server/database/connections";
import { withStatement } from "@/server/database/session";

/** Digests that are being replaced, hex: calls that arrive together with one key make one change. */
const underWay = new Set<string>();

/**
 * Replaces the digest of a secret that was found by the previous pepper with one of the present pepper. Only now can that
 * be done, as the secret itself is stored nowhere. The call does not wait for it, nor fail with it: the next one with this
 * key tries again.
 * @param digests hex
 */
export function redigest(
  databases: Databases,
  secret: KeySecret,
  { from, to, pepper }: { from: string; to: string; pepper: string | undefined },
): void {
  if (underWay.has(from)) return;
  underWay.add(from);
  void withStatement(databases.records, async (sql) => {
    const [old, digest, check] = [
      sql`decode(${from}, 'hex')`,
      sql`decode(${to}, 'hex')`,
      pepperCheck(pepper),
    ];
    // The secret before the present one is also on the list of those that were replaced.
    if (secret === "current") {
      await sql`update api_keys set digest = ${digest}, pepper_check = ${check} where digest = ${old}`;
    } else {
      await sql`
        with replaced as (
          update api_key_replaced_secrets set digest = ${digest}, pepper_check = ${check} where digest = ${old})
        update api_keys set previous_digest = ${digest}, previous_pepper_check = ${check} where previous_digest = ${old}`;
    }
  })
    .catch(() => undefined)
    .finally(() => underWay.delete(from));
}
