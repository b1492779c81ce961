import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import type { PasskeyView } from "@/contracts/passkeys";
import { renamePasskeySchema } from "@/contracts/schemas/passkeys";
import { cleanText } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { administratorOf } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { passkeys } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { passkeyViewOf } from "./internal/view";

/**
 * Gives one of one's own passkeys another name.
 * @throws AppError not_found, also for somebody else's
 */
export async function renamePasskey(
  ctx: ServiceContext,
  input: z.input<typeof renamePasskeySchema>,
): Promise<PasskeyView> {
  authorize(ctx, "profile:manage");
  const { id, name } = parse(renamePasskeySchema, input);
  const own = administratorOf(ctx.principal);
  return withTransaction(ctx, async (ctx) => {
    const [before] = await ctx.tx
      .select()
      .from(passkeys)
      .where(and(eq(passkeys.id, id), eq(passkeys.adminId, own.id)))
      .for("update");
    if (!before) throw notFound();
    if (before.name === name) return passkeyViewOf(before);
    const row = { ...before, name: cleanText(name) };
    await ctx.tx.update(passkeys).set({ name: row.name }).where(eq(passkeys.id, id));
    await recordAudit(ctx, {
      action: "passkey.rename",
      subject: { id, name },
      environment: null,
      before: { name: before.name },
      after: { name },
    });
    return passkeyViewOf(row);
  });
}
