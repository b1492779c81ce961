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
