import { eq } from "drizzle-orm";
import { sessions } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { type SessionCredential, storedDigest } from "./credential";
import { endOne } from "./internal/end";

/**
 * Ends the session of a cookie. One that has ended already stays so.
 * @throws AppError unavailable when Postgres is away; the session goes on then
 */
export async function signOut(ctx: ServiceContext, credential: SessionCredential): Promise<void> {
  await withTransaction(ctx, (ctx) => endOne(ctx, eq(sessions.tokenDigest, storedDigest(credential))));
}
