import { sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type postgres from "postgres";
import { KEY_PREFIX_SETTING } from "@/contracts/settings";
import { pepperCheck } from "@/server/core/secrets";
import type { Databases, Transaction } from "@/server/database/connections";
import { keysByPepper, STORED_UNNOTED } from "@/server/database/peppers";
import { settings } from "@/server/database/schema";
import { type DatabaseSession, withTransaction } from "@/server/database/session";
import { type KeyMaterial, peppersOf } from "@/server/services/context";
import { readKeyPrefix } from "@/server/services/settings";

/** The pepper or the prefix of this process is not the installation's; the message says which, and what to do. */
export class KeyMaterialError extends Error {
  override name = "KeyMaterialError";
}

/**
 * Makes sure that a process has the pepper and the prefix that the installation's keys were made with. With another pepper
 * it would answer 401 to every one of them, and with none, as a command in a shell without the server's settings, make keys
 * that the server does not know.
 * @param adopts for a server: what a version before this one left unsaid is taken to be what this process has
 * @throws KeyMaterialError; AppError unavailable
 */
export async function claimKeyMaterial(
  databases: Databases,
  keyMaterial: KeyMaterial,
  { adopts }: { adopts: boolean },
): Promise<void> {
  const { pepper, previousPepper, prefix } = keyMaterial;
  const start: DatabaseSession = { principal: { kind: "system", name: "start" }, databases };
  await withTransaction(start, async (scope) => {
    const { tx } = scope;
    const [keys = { all: 0, lost: 0, unnoted: 0 }] = await tx.execute<KeysByPepper>(
      keysByPepper(peppersOf(keyMaterial)),
    );
    if (adopts && previousPepper === undefined) await noteMissing(tx, pepperCheck(pepper), keys);
    // With two peppers it cannot be told which of them a key was stored with, nor when none is left with the former.
    else if (adopts && keys.unnoted > 0) throw new KeyMaterialError(storedUnnoted(keys.unnoted));
    if (keys.lost > 0) throw new KeyMaterialError(wrongPepper(keys));
    const noted = await readKeyPrefix(scope);
    if (noted === null && adopts) {
      await tx.insert(settings).values({ name: KEY_PREFIX_SETTING, value: prefix }).onConflictDoNothing();
    }
    if (noted !== null && noted !== prefix) throw new KeyMaterialError(wrongPrefix(prefix, noted));
  });
}

/** Of keys that a version stored which did not note the pepper: it was this one. */
async function noteMissing(tx: Transaction, check: string, { unnoted }: KeysByPepper): Promise<void> {
  // Of a million keys, to find by an update that there is none takes two seconds of each start.
  if (unnoted > 0) {
    await tx.execute(sql`
      update api_keys set pepper_check = coalesce(pepper_check, ${check}),
        previous_pepper_check = case when previous_digest is not null then coalesce(previous_pepper_check, ${check}) end
      where ${STORED_UNNOTED}`);
  }
  await tx.execute(
    sql`update api_key_replaced_secrets set pepper_check = ${check} where pepper_check is null`,
  );
}

type KeysByPepper = { all: number; lost: number; unnoted: number };

/**
 * The same for an installation that is just being restored, before it counts.
 * @param hasSecrets whether the backup has the pepper
 * @throws KeyMaterialError
 */
export async function checkRestoredKeys(
  sql: postgres.ISql,
  keyMaterial: KeyMaterial,
  hasSecrets: boolean,
): Promise<void> {
  const count = new PgDialect().sqlToQuery(keysByPepper(peppersOf(keyMaterial)));
  const [keys] = await sql.unsafe<KeysByPepper[]>(count.sql, count.params as string[]);
  if (keys && keys.lost > 0) throw new KeyMaterialError(restoredWithout(keys, hasSecrets));
  const [noted] = await sql<
    { value: string }[]
  >`select value from settings where name = ${KEY_PREFIX_SETTING}`;
  if (noted && noted.value !== keyMaterial.prefix) {
    throw new KeyMaterialError(wrongPrefix(keyMaterial.prefix, noted.value));
  }
}

function restoredWithout({ lost, all }: KeysByPepper, hasSecrets: boolean): string {
  const cure = hasSecrets
    ? "The backup has it: add --secrets-to FILE, which gets the settings to start the server with."
    : "The backup was made without secrets: set KEY_PEPPER to what it was there, or put the secrets.json of that installation into DATA_DIR first. If it is lost, --any-pepper restores all else, and these keys never work again.";
  return `Nothing was restored: ${lost} of ${all} keys were stored with another KEY_PEPPER than this one, and would not work. ${cure}`;
}

function storedUnnoted(keys: number): string {
  return `${keys} ${keys === 1 ? "key was" : "keys were"} stored by a version of Keyward that did not note with which pepper. Start once without KEY_PEPPER_PREVIOUS, with KEY_PEPPER as it was; then change the pepper.`;
}

function wrongPepper({ lost, all }: KeysByPepper): string {
  return `KEY_PEPPER (without DATABASE_URL the one in DATA_DIR/secrets.json) is not what ${lost} of ${all} keys were stored with: each of their calls would be answered 401. Set the one they were stored with; while it is being changed, KEY_PEPPER_PREVIOUS too. If it is lost, these keys cannot work again: "npm run cli -- key forget-pepper --yes" revokes them.`;
}

function wrongPrefix(prefix: string, noted: string): string {
  return `KEY_PREFIX is ${prefix}, but the keys of this installation begin with ${noted}. Set KEY_PREFIX=${noted}. For new keys to begin with ${prefix} from now on: "npm run cli -- key prefix ${prefix}".`;
}
