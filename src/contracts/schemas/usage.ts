import * as z from "zod";
import { DEFAULT_USAGE_SPAN, USAGE_SPAN_NAMES } from "../usage";
import { environmentFilterSchema } from "./environments";
import { idSchema } from "./ids";
import { updateKeySchema } from "./keys";

const spanSchema = z.enum(USAGE_SPAN_NAMES).default(DEFAULT_USAGE_SPAN);

export const keyUsageSchema = z.strictObject({ id: idSchema("key"), span: spanSchema });
export const overallUsageSchema = z.strictObject({
  ...environmentFilterSchema.shape,
  span: spanSchema,
});

const permissionsSchema = updateKeySchema.shape.permissions.unwrap();
const rateLimitsSchema = updateKeySchema.shape.rateLimits.unwrap();

export const replayPermissionsSchema = z.strictObject({
  id: idSchema("key"),
  permissions: permissionsSchema,
});
export const replayLimitsSchema = z.strictObject({ id: idSchema("key"), rateLimits: rateLimitsSchema });
