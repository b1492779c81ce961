import { z } from "zod";

/** The answer to a list. */
export function pageSchema(item: z.ZodType) {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() });
}

/** The answer to a DELETE. */
export function deletedSchema(id: z.ZodType) {
  return z.object({ id, deleted: z.literal(true) });
}
