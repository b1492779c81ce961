import { eq } from "drizzle-orm";
import type { z } from "zod";
import { changeNameSchema } from "@/contracts/admins";
import { cleanText } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { administratorOf } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { admins } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";

/** Changes one's own name. */
export async function changeName(
  ctx: ServiceContext,
  input: z.input<typeof changeNameSchema>,
): Promise<{ name: string }> {
  authorize(ctx, "profile:manage");
  const { name } = parse(changeNameSchema, input);
  const { id, email } = administratorOf(ctx.principal);
  return withTransaction(ctx, async (ctx) => {
    const [before] = await ctx.tx
      .select({ name: admins.name })
      .from(admins)
      .where(eq(admins.id, id))
      .for("update");
    if (!before || before.name === name) return { name };
    await ctx.tx
      .update(admins)
      .set({ name: cleanText(name) })
      .where(eq(admins.id, id));
    await recordAudit(ctx, {
      action: "admin.rename",
      subject: { id, name: email },
      environment: null,
      before,
      after: { name },
    });
    return { name };
  });
}
