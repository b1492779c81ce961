import type { z } from "zod";
import { changeRequestLogSchema, type RequestLogSettings } from "@/contracts/settings";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { changeSettings } from "./internal/stored";

/** Sets what the log keeps of the calls to come. Every process follows within five seconds; what was kept before stays. */
export async function changeRequestLogSettings(
  ctx: ServiceContext,
  input: z.input<typeof changeRequestLogSchema>,
): Promise<RequestLogSettings> {
  return changeSettings(ctx, "requestLog", parse(changeRequestLogSchema, input));
}
