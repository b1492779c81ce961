import { z } from "zod";

/** What each identifier prefix stands for. The list is closed: an id of another kind is not an id here. */
export const ID_PREFIXES = {
  key: "API key",
  cus: "customer",
  lic: "licence",
  act: "activation",
  evt: "telemetry event",
  job: "job",
  req: "request",
  adm: "administrator",
  aud: "audit event",
  fnd: "finding",
  inv: "invitation",
  ses: "session",
  mai: "mail",
  ntc: "notice",
  apr: "approval",
  psk: "passkey",
} as const;

export type IdPrefix = keyof typeof ID_PREFIXES;

/** TypeID (specification 0.3): prefix, underscore, 26 characters of Crockford base32 holding a UUIDv7. */
export type Id<Prefix extends IdPrefix> = `${Prefix}_${string}`;

/** Schema of an id with the given prefix. Accepts exactly the TypeID text form, lower case. */
export function idSchema<Prefix extends IdPrefix>(prefix: Prefix) {
  const pattern = new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`);
  const schema = z.string().regex(pattern, `Must be an id of the form ${prefix}_… (${ID_PREFIXES[prefix]})`);
  // The expression guarantees the prefix, which zod's type for a string cannot express.
  return schema as unknown as z.ZodType<Id<Prefix>, Id<Prefix>>;
}
