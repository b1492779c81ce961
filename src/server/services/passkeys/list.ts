import { asc, eq } from "drizzle-orm";
import type { PasskeyView } from "@/contracts/passkeys";
import { authorize } from "@/server/core/authorize";
import { administratorOf } from "@/server/core/principal";
import { passkeys } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { passkeyViewOf } from "./internal/view";

/** One's own, the oldest first. In one piece: there are few (`MAX_PASSKEYS`). */
export async function listPasskeys(ctx: ServiceContext): Promise<PasskeyView[]> {
  authorize(ctx, "profile:manage");
  const { id } = administratorOf(ctx.principal);
  const rows = await withDatabase(ctx, (db) =>
    db
      .select()
      .from(passkeys)
      .where(eq(passkeys.adminId, id))
      .orderBy(asc(passkeys.createdAt), asc(passkeys.id)),
  );
  return rows.map(passkeyViewOf);
}
