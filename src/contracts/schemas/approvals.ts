import * as z from "zod";
import { environmentFilterSchema } from "./environments";
import { idSchema } from "./ids";
import { createKeySchema, keyIdSchema, updateKeySchema } from "./keys";
import { text } from "./text";

/** What a second person can be asked to approve: the whole input of the verb that would do it. */
export const askApprovalSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("create"), input: createKeySchema }),
  z.strictObject({ kind: z.literal("update"), input: updateKeySchema }),
  z.strictObject({ kind: z.literal("reactivate"), input: keyIdSchema }),
]);

export type ApprovalKind = z.output<typeof askApprovalSchema>["kind"];

export const approvalIdSchema = z.strictObject({ id: idSchema("apr") });

export const refuseApprovalSchema = z.strictObject({ id: idSchema("apr"), reason: text(0, 500).default("") });

export const listApprovalsSchema = z.strictObject(environmentFilterSchema.shape);
