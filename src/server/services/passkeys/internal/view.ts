import type { PasskeyView } from "@/contracts/passkeys";
import type { passkeys } from "@/server/database/schema";

type PasskeyRow = typeof passkeys.$inferSelect;

/** A passkey without what its answers are checked with, which is no secret, and of no use to anybody who looks. */
export function passkeyViewOf({ id, name, createdAt, lastUsedAt, isBackedUp }: PasskeyRow): PasskeyView {
  return {
    id,
    name,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    isBackedUp,
  };
}
