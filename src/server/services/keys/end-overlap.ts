import type { z } from "zod";
import type { KeyView } from "@/contracts/keys";
import { endOverlapSchema } from "@/contracts/schemas/keys";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { changeKey } from "./internal/change";
import { NO_PREVIOUS_SECRET } from "./regenerate";

/**
 * Ends an overlap before its time: the previous secret is dead on the next request. Nothing happens where it has ended
 * by itself meanwhile.
 * @throws AppError not_found; invalid_state while another overlap runs than the one that was asked about
 */
export async function endOverlap(
  ctx: ServiceContext,
  input: z.input<typeof endOverlapSchema>,
): Promise<KeyView> {
  const { id, overlapUntil } = parse(endOverlapSchema, input);
  return changeKey(ctx, id, "key.end_overlap", (key) => {
    if (key.overlapUntil === null) return null;
    if (Date.parse(key.overlapUntil) !== Date.parse(overlapUntil)) {
      throw new AppError(
        "invalid_state",
        `Another overlap is running by now, until ${key.overlapUntil}. Look at the key again.`,
      );
    }
    return NO_PREVIOUS_SECRET;
  });
}
