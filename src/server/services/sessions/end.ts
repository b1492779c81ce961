import { eq } from "drizzle-orm";
import { sessions } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { type SessionCredential, storedDigest } from "./credential";

/**
 * Ends a session: its cookie, wherever a copy of it is, is worth nothing for the next request in every process. One that
 * has ended already stays so.
 * @throws AppError unavailable when Postgres is away; the session goes on then
 */
export async function endSession(ctx: ServiceContext, credential: SessionCredential): Promise<void> {
  await withDatabase(ctx, (db) =>
    db.delete(sessions).where(eq(sessions.tokenDigest, storedDigest(credential))),
  );
}
