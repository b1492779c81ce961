import * as z from "zod";
import type { Environment } from "@/contracts/environments";

/** The answer to a list. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() });
}

/** The answer to a DELETE. */
export function deletedSchema(id: z.ZodType) {
  return z.object({ id, deleted: z.literal(true) });
}

/** A record as the API shows it: the environment is in the path, and only the console shows all of them side by side. */
export function withoutEnvironment<View extends { environment: Environment }>(
  view: View,
): Omit<View, "environment"> {
  // JSON leaves it out; taking it off costs four times as much, for each row of a list.
  return { ...view, environment: undefined };
}
