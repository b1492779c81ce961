import type { z } from "zod";
import { changeTimeZoneSchema } from "@/contracts/schemas/admins";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { changeOwn } from "./internal/change-own";

/** Changes what times are shown in to oneself. */
export async function changeTimeZone(
  ctx: ServiceContext,
  input: z.input<typeof changeTimeZoneSchema>,
): Promise<{ timeZone: string }> {
  authorize(ctx, "profile:manage");
  const { timeZone } = parse(changeTimeZoneSchema, input);
  await changeOwn(ctx, "admin.change_time_zone", "timeZone", timeZone);
  return { timeZone };
}
