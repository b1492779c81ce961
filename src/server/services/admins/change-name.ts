import type { z } from "zod";
import { changeNameSchema } from "@/contracts/schemas/admins";
import { cleanText } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { changeOwn } from "./internal/change-own";

/** Changes one's own name. */
export async function changeName(
  ctx: ServiceContext,
  input: z.input<typeof changeNameSchema>,
): Promise<{ name: string }> {
  authorize(ctx, "profile:manage");
  const { name } = parse(changeNameSchema, input);
  await changeOwn(ctx, "admin.rename", "name", cleanText(name));
  return { name };
}
