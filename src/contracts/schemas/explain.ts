import * as z from "zod";
import { EXPLAINED_METHODS, MAX_EXPLAINED_PATH } from "../explain";
import { environmentSchema } from "./environments";
import { idSchema } from "./ids";
import { originSchema } from "./origins";
import { text } from "./text";

/** A call to explain that nobody has to make. */
export const explainCallSchema = z.strictObject({
  /** The key that it would carry; null: none. */
  keyId: idSchema("key").nullable(),
  /** Of the endpoint. */
  environment: environmentSchema,
  method: z.enum(EXPLAINED_METHODS),
  /** Below the environment's base, such as `/customers`. A query counts for the gate alone, which is asked by it. */
  path: text(1, MAX_EXPLAINED_PATH).regex(/^\//, "Must begin with a slash"),
  /** The client's, IPv4 or IPv6; null: unknown. */
  address: z.union([z.ipv4(), z.ipv6()], "Must be an IP address").nullable(),
  /** Of the page that would make it; null: none does. */
  origin: originSchema.nullable().default(null),
});

export type ExplainCallInput = z.input<typeof explainCallSchema>;

export const explainRequestSchema = z.strictObject({ requestId: idSchema("req") });
