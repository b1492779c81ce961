import { createParser } from "nuqs/server";
import type { z } from "zod";

/** Text that the server's schema accepts. Anything else in the address bar counts as absent instead of breaking the page. */
export function parseAsText<Value extends string>(schema: z.ZodType<Value>) {
  return createParser<Value>({
    parse: (text) => schema.safeParse(text).data ?? null,
    serialize: (value) => value,
  });
}
