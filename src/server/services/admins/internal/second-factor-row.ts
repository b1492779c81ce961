import { eq } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { AppError } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { secondFactors } from "@/server/database/schema";
import type { ServiceContext } from "../../context";

/** The row, locked: of two attempts with the same code at the same time, one comes second. */
export async function lockSecondFactor({ tx }: ServiceContext & { tx: Transaction }, adminId: Id<"adm">) {
  const [row] = await tx.select().from(secondFactors).where(eq(secondFactors.adminId, adminId)).for("update");
  return row ?? null;
}

export function notEnabled(): AppError {
  return new AppError("invalid_state", "There is no second factor. Set one up first.");
}
