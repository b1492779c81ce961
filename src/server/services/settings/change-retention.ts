import type { z } from "zod";
import { changeRetentionSchema, type Retention } from "@/contracts/settings";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { changeSettings } from "./internal/stored";

/** Sets for how long telemetry and logs are kept. Drops nothing by itself: the next maintenance does. */
export async function changeRetention(
  ctx: ServiceContext,
  input: z.input<typeof changeRetentionSchema>,
): Promise<Retention> {
  return changeSettings(ctx, "retention", parse(changeRetentionSchema, input));
}
