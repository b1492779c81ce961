import * as z from "zod";
import { ID_PREFIXES, type Id, type IdPrefix, idPattern } from "../ids";
import "./words";

/** Schema of an id with the given prefix. Accepts exactly the TypeID text form, lower case. */
export function idSchema<Prefix extends IdPrefix>(prefix: Prefix) {
  const schema = z
    .string()
    .regex(idPattern(prefix), `Must be an id of the form ${prefix}_… (${ID_PREFIXES[prefix]})`);
  // The expression guarantees the prefix, which zod's type for a string cannot express.
  return schema as unknown as z.ZodType<Id<Prefix>, Id<Prefix>>;
}
