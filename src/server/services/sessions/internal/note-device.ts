import { eq, sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { cleaned } from "@/contracts/text";
import { addressNetwork } from "@/server/core/addresses";
import { redactKeys } from "@/server/core/key-format";
import type { Transaction } from "@/server/database/connections";
import { adminDevices } from "@/server/database/schema";
import type { ServiceContext } from "../../context";
import { notify } from "../../notices";
import { deviceOf } from "../device";

/**
 * Notes which browser somebody signs in with and from which network, and tells them of one that they have not used before: that
 * may be somebody else, with their password. Nothing of the very first, nor is it known of one whose address is.
 */
export async function noteDevice(
  ctx: ServiceContext & { tx: Transaction },
  adminId: Id<"adm">,
  sessionId: Id<"ses">,
): Promise<void> {
  const now = ctx.clock.now();
  const device = cleaned(deviceOf(ctx.userAgent && redactKeys(ctx.userAgent)));
  const network = (ctx.ip && addressNetwork(ctx.ip)) ?? "";
  const [known] = await ctx.tx
    .select({ count: sql<number>`count(*)::int` })
    .from(adminDevices)
    .where(eq(adminDevices.adminId, adminId));
  const [row] = await ctx.tx
    .insert(adminDevices)
    .values({ adminId, device, network, lastSeenAt: now })
    .onConflictDoUpdate({
      target: [adminDevices.adminId, adminDevices.device, adminDevices.network],
      set: { lastSeenAt: now },
    })
    .returning({ isNew: sql<boolean>`xmax = 0` });
  if (!row?.isNew || !known?.count) return;
  await notify(ctx, {
    facts: { kind: "new_device", device, address: ctx.ip, at: now.toISOString() },
    subjectId: adminId,
    occasion: sessionId,
    environment: null,
    for: { kind: "person", id: adminId },
  });
}
