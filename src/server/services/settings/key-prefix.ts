import { eq, sql } from "drizzle-orm";
import { type KeyPrefixInput, keyPrefixSchema } from "@/contracts/schemas/settings";
import { KEY_PREFIX_SETTING } from "@/contracts/settings";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { settings } from "@/server/database/schema";
import { type DatabaseSession, withDatabase, withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";

/** What new keys of the installation begin with, as the first server to start has noted it; null before that. */
export async function readKeyPrefix(scope: DatabaseSession): Promise<string | null> {
  authorize(scope, "settings:manage");
  const [row] = await withDatabase(scope, (db) =>
    db.select({ value: settings.value }).from(settings).where(eq(settings.name, KEY_PREFIX_SETTING)),
  );
  return row ? keyPrefixSchema.shape.prefix.parse(row.value) : null;
}

/**
 * Lets new keys begin with another prefix. Those that there are keep theirs, and work on. Servers with the former
 * KEY_PREFIX refuse their next start.
 * @throws AppError validation_failed
 */
export async function changeKeyPrefix(ctx: ServiceContext, input: KeyPrefixInput): Promise<string> {
  authorize(ctx, "settings:manage");
  const { prefix } = parse(keyPrefixSchema, input);
  return withTransaction(ctx, async (ctx) => {
    await ctx.tx.execute(sql`lock table ${settings} in share row exclusive mode`);
    const before = await readKeyPrefix(ctx);
    if (before === prefix) return prefix;
    await ctx.tx
      .insert(settings)
      .values({ name: KEY_PREFIX_SETTING, value: prefix })
      .onConflictDoUpdate({ target: settings.name, set: { value: prefix } });
    await recordAudit(ctx, {
      action: "settings.update",
      subject: { id: KEY_PREFIX_SETTING, name: "Prefix of keys" },
      environment: null,
      before: { prefix: before },
      after: { prefix },
    });
    return prefix;
  });
}
