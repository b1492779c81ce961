import * as z from "zod";
import { FINDING_KINDS, FINDING_SEVERITY_NAMES } from "../findings";
import { boundedArray } from "./arrays";
import { environmentFilterSchema } from "./environments";
import { idSchema } from "./ids";
import { anyOf, consolePage } from "./lists";
import { text } from "./text";

export const listFindingsSchema = z.strictObject({
  ...environmentFilterSchema.shape,
  keyId: idSchema("key").nullable().default(null),
  kinds: anyOf(FINDING_KINDS),
  severities: anyOf(FINDING_SEVERITY_NAMES),
  /** Muted ones are left out unless asked for: then they alone are listed. */
  muted: z.boolean().default(false),
  ...consolePage(),
});

export type ListFindingsInput = z.input<typeof listFindingsSchema>;

export const muteFindingSchema = z.strictObject({ id: idSchema("fnd"), reason: text(1, 500) });
export const findingIdSchema = z.strictObject({ id: idSchema("fnd") });
export const checkKeyFindingsSchema = z.strictObject({
  keyIds: boundedArray(idSchema("key"), { max: 1_000 }),
});
