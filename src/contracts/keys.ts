import { z } from "zod";
import { boundedArray } from "./arrays";
import { hasCome } from "./ends";
import { type Environment, environmentFilterSchema, environmentSchema } from "./environments";
import { type Id, idSchema } from "./ids";
import { type KeyOwner, ownerFilterSchema, ownerSchema, tagSchema, tagsSchema } from "./key-labels";
import { anyOf, consolePage, DEFAULT_PAGE_SIZE, stepSchema } from "./lists";
import { type Permission, permissionSchema } from "./permissions";
import { text, timestampSchema } from "./text";

export const KEY_STATUSES = ["active", "inactive", "expired"] as const;

/** Derived from the facts of a key by {@link keyStatus}; never stored. */
export type KeyStatus = (typeof KEY_STATUSES)[number];

/** The status of a key at an instant: revoked, then expired, else active. */
export function keyStatus(key: { revokedAt: Date | null; expiresAt: Date | null }, now: Date): KeyStatus {
  if (key.revokedAt) return "inactive";
  if (hasCome(key.expiresAt, now)) return "expired";
  return "active";
}

/** The windows a limit can be set for, shortest first, with their length. `seconds` is `w` of RateLimit-Policy. */
export const RATE_LIMIT_WINDOWS = {
  minute: { label: "Per minute", unit: "min", seconds: 60 },
  hour: { label: "Per hour", unit: "hour", seconds: 3_600 },
  day: { label: "Per day", unit: "day", seconds: 86_400 },
} as const;

export type RateLimitWindow = keyof typeof RATE_LIMIT_WINDOWS;

export const RATE_LIMIT_WINDOW_NAMES = Object.keys(RATE_LIMIT_WINDOWS) as RateLimitWindow[];

export const MAX_RATE_LIMIT = 1_000_000;

/** Calls in one window. */
export const rateLimitSchema = z
  .number()
  .int("Must be a whole number")
  .min(1, "Must be at least 1")
  .max(MAX_RATE_LIMIT, `Must be at most ${MAX_RATE_LIMIT.toLocaleString("en")}`);

/** Calls per window, for one to three windows. All must pass. */
export const rateLimitsSchema = z
  .strictObject({
    minute: rateLimitSchema.optional(),
    hour: rateLimitSchema.optional(),
    day: rateLimitSchema.optional(),
  })
  .refine((limits) => Object.values(limits).some((limit) => limit !== undefined), "Set at least one limit");

export type RateLimits = z.infer<typeof rateLimitsSchema>;

export const DEFAULT_RATE_LIMITS: RateLimits = { minute: 60 };

/** A single IPv4 or IPv6 address, or a range in CIDR notation (RFC 4632, RFC 4291 section 2.3). */
export const addressRangeSchema = z
  .string()
  .trim()
  .max(64)
  .pipe(
    z.union(
      [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
      "Must be an IP address or a range such as 203.0.113.0/24",
    ),
  );

export const MAX_IP_RANGES = 100;
export const MAX_SCOPED_CUSTOMERS = 100;

const nameSchema = text(1, 100);
const descriptionSchema = text(0, 500);
const permissionsSchema = boundedArray(permissionSchema, {
  min: 1,
  max: 100,
  words: { short: "Choose at least one permission" },
}).transform((permissions) => [...new Set(permissions)]);
const ipAllowlistSchema = boundedArray(addressRangeSchema, { max: MAX_IP_RANGES });
/** `null` is every customer of the environment. An empty list is refused: it would be a key that can do nothing. */
const customerScopeSchema = boundedArray(idSchema("cus"), {
  min: 1,
  max: MAX_SCOPED_CUSTOMERS,
  words: { short: "Choose at least one customer, or all of them" },
})
  .transform((customers) => [...new Set(customers)])
  .nullable();

export const createKeySchema = z.strictObject({
  name: nameSchema,
  description: descriptionSchema.default(""),
  environment: environmentSchema,
  permissions: permissionsSchema,
  rateLimits: rateLimitsSchema.default(DEFAULT_RATE_LIMITS),
  /** Must be in the future. `null`: never expires. */
  expiresAt: timestampSchema.nullable().default(null),
  customers: customerScopeSchema.default(null),
  /** Empty: any address may call. */
  ipAllowlist: ipAllowlistSchema.default([]),
  /** Absent: whoever makes it, if that is a person. */
  owner: ownerSchema.optional(),
  tags: tagsSchema.default([]),
});

export type CreateKeyInput = z.input<typeof createKeySchema>;

/** Everything but the environment can change; what is absent stays. */
export const updateKeySchema = z.strictObject({
  id: idSchema("key"),
  name: nameSchema.optional(),
  description: descriptionSchema.optional(),
  permissions: permissionsSchema.optional(),
  rateLimits: rateLimitsSchema.optional(),
  expiresAt: timestampSchema.nullable().optional(),
  customers: customerScopeSchema.optional(),
  ipAllowlist: ipAllowlistSchema.optional(),
  owner: ownerSchema.optional(),
  tags: tagsSchema.optional(),
});

export type UpdateKeyInput = z.input<typeof updateKeySchema>;

/** How long the old secret keeps working beside the new one after a regenerate, in seconds. */
export const OVERLAPS = {
  now: { label: "At once", seconds: 0 },
  "15m": { label: "After 15 minutes", seconds: 15 * 60 },
  "1h": { label: "After 1 hour", seconds: 60 * 60 },
  "24h": { label: "After 24 hours", seconds: 24 * 60 * 60 },
} as const;

export type Overlap = keyof typeof OVERLAPS;

/** The secrets that a key can have at one time: the one made last, and during an overlap the one before it. */
export type KeySecret = "current" | "previous";

export const keyIdSchema = z.strictObject({ id: idSchema("key") });

export const revokeKeySchema = z.strictObject({ id: idSchema("key"), reason: text(0, 500).default("") });

export const revokeKeysSchema = z.strictObject({
  ids: boundedArray(idSchema("key"), { min: 1, max: 100 }),
  reason: text(0, 500).default(""),
});

export const regenerateKeySchema = z.strictObject({
  id: idSchema("key"),
  overlap: z.enum(Object.keys(OVERLAPS) as [Overlap, ...Overlap[]]).default("now"),
  /**
   * The end of the overlap that runs, `overlapUntil` of the key as whoever asks has seen it: the secret that was promised
   * until then stops at once. Without it, or with another, a regenerate during an overlap is refused, so that no stale
   * page and no script ends a secret unannounced.
   */
  endsOverlap: timestampSchema.nullable().default(null),
});

/** `overlapUntil`: as above. */
export const endOverlapSchema = z.strictObject({ id: idSchema("key"), overlapUntil: timestampSchema });

/** `name` must repeat the key's name: deleting the wrong row of a long list is the mistake this stops. */
export const deleteKeySchema = z.strictObject({ id: idSchema("key"), name: z.string().max(100) });

export const KEY_SORTS = ["createdAt", "name", "lastUsedAt", "expiresAt"] as const;
export type KeySort = (typeof KEY_SORTS)[number];

/** Days without use after which a key counts as dormant, and its next use as resuming it. */
export const DORMANT_DAYS = 60;

export const LAST_USE_FILTERS = {
  never: { label: "Never" },
  over30Days: { label: "Over 30 days ago", days: 30 },
  over90Days: { label: "Over 90 days ago", days: 90 },
} as const;
export type LastUseFilter = keyof typeof LAST_USE_FILTERS;

export const EXPIRY_FILTERS = {
  never: { label: "Never expires" },
  within14Days: { label: "Within 14 days", days: 14 },
  within90Days: { label: "Within 90 days", days: 90 },
  past: { label: "Already expired" },
} as const;
export type ExpiryFilter = keyof typeof EXPIRY_FILTERS;

export const listKeysSchema = z.strictObject({
  /**
   * Matches within the name, the description, the masked forms of both secrets, tags, and whoever owns or made it; or the
   * whole id.
   */
  search: text(0, 100).default(""),
  ...environmentFilterSchema.shape,
  statuses: anyOf(KEY_STATUSES),
  permission: permissionSchema.nullable().default(null),
  customerId: idSchema("cus").nullable().default(null),
  owner: ownerFilterSchema.nullable().default(null),
  tag: tagSchema.nullable().default(null),
  lastUse: z
    .enum(Object.keys(LAST_USE_FILTERS) as [LastUseFilter, ...LastUseFilter[]])
    .nullable()
    .default(null),
  expiry: z
    .enum(Object.keys(EXPIRY_FILTERS) as [ExpiryFilter, ...ExpiryFilter[]])
    .nullable()
    .default(null),
  sort: z.enum(KEY_SORTS).default("createdAt"),
  direction: z.enum(["asc", "desc"]).default("desc"),
  ...consolePage(),
});

/** Input of the verb, for pages of the console and for longer steps. */
export const listKeysStepSchema = listKeysSchema.extend({ limit: stepSchema.default(DEFAULT_PAGE_SIZE) });

export type ListKeysInput = z.input<typeof listKeysStepSchema>;

/** What anybody may ever see of a key again after its creation. It has no field that could hold a secret or a digest. */
export interface KeyView {
  id: Id<"key">;
  name: string;
  description: string;
  environment: Environment;
  /** `kw_stag_Ab12…x9Qz` */
  maskedKey: string;
  status: KeyStatus;
  /** Strings of the catalogue, and any the catalogue has since dropped, which grant nothing. */
  permissions: (Permission | (string & {}))[];
  rateLimits: RateLimits;
  /** `null`: not scoped. An empty list: scoped, and all its customers are gone, so the key can do nothing. */
  customers: { id: Id<"cus">; email: string; name: string | null }[] | null;
  /** Single addresses without a prefix length, ranges with one. */
  ipAllowlist: string[];
  expiresAt: string | null;
  revokedAt: string | null;
  revokedBy: string | null;
  revokedReason: string | null;
  /** While set, the secret before the last regenerate works too, until this instant. */
  overlapUntil: string | null;
  /** Masked form of that secret; null without an overlap, and where it is older than this record of it. */
  previousMaskedKey: string | null;
  lastUsedAt: string | null;
  lastUsedIp: string | null;
  lastUsedAgent: string | null;
  lastUsedRoute: string | null;
  createdAt: string;
  /** E-mail of the administrator, or what the system calls itself. */
  createdBy: string;
  updatedAt: string;
  /** Null: nobody. */
  owner: KeyOwner | null;
  tags: string[];
}

/** A key as it sees itself at `GET /key`. */
export const callingKeySchema = z.object({
  id: idSchema("key"),
  name: z.string(),
  environment: environmentSchema,
  status: z.enum(KEY_STATUSES),
  permissions: z.array(z.string()),
  rateLimits: z.object({ minute: z.int().optional(), hour: z.int().optional(), day: z.int().optional() }),
  /** Ids of the customers it is restricted to; null: not restricted. */
  customers: z.array(idSchema("cus")).nullable(),
  /** Addresses and ranges it may be used from; empty: any. */
  ipAllowlist: z.array(z.string()),
  expiresAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
});

export type CallingKey = z.infer<typeof callingKeySchema>;

/** Longer than any key: what else stands beside it was taken off before. */
export const identifyKeySchema = z.strictObject({ key: z.string().trim().min(1).max(200) });

/** Whose key a text is. */
export type KeyIdentity =
  | { found: "current"; key: KeyView }
  /** It works beside the current one until the overlap ends. */
  | { found: "previous"; key: KeyView }
  /** A regenerate put another in its place; it opens nothing any more. */
  | { found: "replaced"; key: KeyView; replacedAt: string }
  /**
   * `wellFormed`: it is whole and its checksum holds, so it is a key of another installation, or one that was deleted.
   * `beyondCompare`: how many secrets were replaced before the pepper was changed; it may be one of those.
   */
  | { found: "nothing"; wellFormed: boolean; beyondCompare: number };

/** The one type that carries a secret: the answer to create and to regenerate, and to nothing else. */
export interface RevealedKey {
  key: KeyView;
  /** The full key, shown once. */
  secret: string;
}
