import type { PasskeyChange } from "@/contracts/notices";
import type { Transaction } from "@/server/database/connections";
import type { passkeys } from "@/server/database/schema";
import type { ServiceContext } from "../../context";
import { notify } from "../../notices";

/**
 * Tells somebody that a passkey of theirs has come or gone: whoever has taken over a session for a moment could come back
 * with one of their own, also after the password was changed.
 */
export async function tellOfPasskey(
  ctx: ServiceContext & { tx: Transaction },
  change: PasskeyChange,
  { id, adminId, name }: Pick<typeof passkeys.$inferSelect, "id" | "adminId" | "name">,
): Promise<void> {
  const at = ctx.clock.now().toISOString();
  await notify(ctx, {
    facts: { kind: "passkey_changed", change, name, address: ctx.ip, at },
    subjectId: id,
    occasion: change,
    environment: null,
    for: { kind: "person", id: adminId },
  });
}
