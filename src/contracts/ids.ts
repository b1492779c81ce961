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
  whe: "webhook endpoint",
  msg: "webhook message",
} as const;

export type IdPrefix = keyof typeof ID_PREFIXES;

/** TypeID (specification 0.3): prefix, underscore, 26 characters of Crockford base32 holding a UUIDv7. */
export type Id<Prefix extends IdPrefix> = `${Prefix}_${string}`;

/** What an id with the given prefix looks like: exactly the TypeID text form, lower case. */
export function idPattern(prefix: IdPrefix): RegExp {
  return new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`);
}

export function isId<Prefix extends IdPrefix>(prefix: Prefix, value: string): value is Id<Prefix> {
  return idPattern(prefix).test(value);
}
