import * as z from "zod";
import { atLeastOne } from "../changes";
import {
  DEFAULT_RATE_LIMITS,
  EXPIRY_FILTER_NAMES,
  KEY_MANAGEMENT,
  KEY_SORTS,
  KEY_STATUSES,
  LAST_USE_FILTER_NAMES,
  MAX_ALLOWED_ORIGINS,
  MAX_IP_RANGES,
  MAX_RATE_LIMIT,
  MAX_SCOPED_CUSTOMERS,
  OVERLAPS,
  type Overlap,
} from "../keys";
import { DEFAULT_PAGE_SIZE } from "../lists";
import { grouped } from "../numbers";
import { boundedArray } from "./arrays";
import { environmentFilterSchema, environmentSchema } from "./environments";
import { idSchema } from "./ids";
import { ownerFilterSchema, ownerSchema, tagSchema, tagsSchema } from "./key-labels";
import { anyOf, apiPageShape, consolePage, stepSchema } from "./lists";
import { originSchema } from "./origins";
import { keyPermissionSchema, permissionNameSchema } from "./permissions";
import { text, timestampSchema } from "./text";

/** Calls in one window. */
export const rateLimitSchema = z
  .number()
  .int("Must be a whole number")
  .min(1, "Must be at least 1")
  .max(MAX_RATE_LIMIT, `Must be at most ${grouped(MAX_RATE_LIMIT)}`);

/** Calls per window, for one to three windows. All must pass. */
export const rateLimitsSchema = z
  .strictObject({
    minute: rateLimitSchema.optional(),
    hour: rateLimitSchema.optional(),
    day: rateLimitSchema.optional(),
  })
  .refine((limits) => Object.values(limits).some((limit) => limit !== undefined), "Set at least one limit");

export type RateLimits = z.infer<typeof rateLimitsSchema>;

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

const nameSchema = text(1, 100);
const descriptionSchema = text(0, 500);
const permissionsSchema = boundedArray(keyPermissionSchema, {
  min: 1,
  max: 100,
  words: { short: "Choose at least one permission" },
}).transform((permissions) => [...new Set(permissions)]);
const ipAllowlistSchema = boundedArray(addressRangeSchema, { max: MAX_IP_RANGES });
const allowedOriginsSchema = boundedArray(originSchema, { max: MAX_ALLOWED_ORIGINS }).transform((origins) => [
  ...new Set(origins),
]);
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
  /** Empty: pages of any origin may call. */
  allowedOrigins: allowedOriginsSchema.default([]),
  /** Absent: whoever makes it, if that is a person. */
  owner: ownerSchema.optional(),
  tags: tagsSchema.default([]),
  /** Of a key with `keys:manage`: which keys it manages. Of one without it what is said here, and below, does not count. */
  managesKeys: z.enum(KEY_MANAGEMENT).default("own"),
  /** Of a key with `keys:manage`: whether it may give that to the keys that it manages. */
  grantsKeyManagement: z.boolean().default(false),
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
  allowedOrigins: allowedOriginsSchema.optional(),
  owner: ownerSchema.optional(),
  tags: tagsSchema.optional(),
  managesKeys: z.enum(KEY_MANAGEMENT).optional(),
  grantsKeyManagement: z.boolean().optional(),
});

export type UpdateKeyInput = z.input<typeof updateKeySchema>;

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

/**
 * `name` must repeat the key's name: deleting the wrong row of a long list is the mistake this stops. A key, which looks at no
 * list, needs none.
 */
export const deleteKeySchema = z.strictObject({ id: idSchema("key"), name: z.string().max(100).optional() });

export const listKeysSchema = z.strictObject({
  /**
   * Matches within the name, the description, the masked forms of both secrets, tags, and whoever owns or made it; or the
   * whole id.
   */
  search: text(0, 100).default(""),
  ...environmentFilterSchema.shape,
  statuses: anyOf(KEY_STATUSES),
  permission: permissionNameSchema.nullable().default(null),
  customerId: idSchema("cus").nullable().default(null),
  /** Those that this key has made, or has had the secret of that works now, and those of these in turn. */
  madeBy: idSchema("key").nullable().default(null),
  owner: ownerFilterSchema.nullable().default(null),
  tag: tagSchema.nullable().default(null),
  lastUse: z.enum(LAST_USE_FILTER_NAMES).nullable().default(null),
  expiry: z.enum(EXPIRY_FILTER_NAMES).nullable().default(null),
  sort: z.enum(KEY_SORTS).default("createdAt"),
  direction: z.enum(["asc", "desc"]).default("desc"),
  ...consolePage(),
});

/** Input of the verb, for pages of the console and for longer steps. */
export const listKeysStepSchema = listKeysSchema.extend({ limit: stepSchema.default(DEFAULT_PAGE_SIZE) });

export type ListKeysInput = z.input<typeof listKeysStepSchema>;

/** What of a key another one may say that manages it, by the public API: nothing that administrators alone decide. */
const managedKeyFields = {
  name: nameSchema,
  description: descriptionSchema,
  permissions: permissionsSchema,
  rateLimits: rateLimitsSchema,
  customers: customerScopeSchema,
  ipAllowlist: ipAllowlistSchema,
  allowedOrigins: allowedOriginsSchema,
  tags: tagsSchema,
  /** In the future. `null`: never expires. */
  expiresAt: timestampSchema.nullable(),
};

/** A new key of a managing one. Of what bounds it, what is absent is as the managing key has it. */
export const createManagedKeySchema = z
  .strictObject(managedKeyFields)
  .partial()
  .required({ name: true, permissions: true });

export type CreateManagedKeyInput = z.input<typeof createManagedKeySchema>;

/** What is absent stays. */
export const updateManagedKeySchema = z.strictObject(managedKeyFields).partial().check(atLeastOne("field"));

export const revokeManagedKeySchema = revokeKeySchema.omit({ id: true });
export const regenerateManagedKeySchema = regenerateKeySchema.omit({ id: true });

/** Query of `GET /keys`. */
export const listManagedKeysQuerySchema = z.strictObject({
  status: z.enum(KEY_STATUSES).optional(),
  search: text(0, 100).optional(),
  customerId: idSchema("cus").optional(),
  tag: tagSchema.optional(),
  ...apiPageShape,
});

/** Input of the verb. */
export const listManagedKeysSchema = listManagedKeysQuerySchema.extend({ limit: stepSchema });

const windowsSchema = z.object({
  minute: z.int().optional(),
  hour: z.int().optional(),
  day: z.int().optional(),
});

/** A key as another one sees it that manages it. */
export const managedKeySchema = z.object({
  id: idSchema("key"),
  name: z.string(),
  description: z.string(),
  environment: environmentSchema,
  maskedKey: z.string(),
  status: z.enum(KEY_STATUSES),
  permissions: z.array(z.string()),
  rateLimits: windowsSchema,
  /** Ids of the customers it is restricted to; null: not restricted. */
  customers: z.array(idSchema("cus")).nullable(),
  ipAllowlist: z.array(z.string()),
  allowedOrigins: z.array(z.string()),
  tags: z.array(z.string()),
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  revokedReason: z.string().nullable(),
  overlapUntil: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export type ManagedKey = z.infer<typeof managedKeySchema>;

/** The same with its secret: the first answer to create and to regenerate. Null in a repeat of it. */
export const revealedKeySchema = managedKeySchema.extend({ secret: z.string().nullable() });

/** A key as it sees itself at `GET /key`. */
export const callingKeySchema = z.object({
  id: idSchema("key"),
  name: z.string(),
  environment: environmentSchema,
  status: z.enum(KEY_STATUSES),
  permissions: z.array(z.string()),
  rateLimits: windowsSchema,
  /** Ids of the customers it is restricted to; null: not restricted. */
  customers: z.array(idSchema("cus")).nullable(),
  /** Addresses and ranges it may be used from; empty: any. */
  ipAllowlist: z.array(z.string()),
  /** Web origins whose pages may use it; empty: any. */
  allowedOrigins: z.array(z.string()),
  /** Which keys it manages; null: none, without `keys:manage`. */
  managesKeys: z.enum(KEY_MANAGEMENT).nullable(),
  /** Whether it may give `keys:manage` to the keys that it manages. */
  grantsKeyManagement: z.boolean(),
  expiresAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
});

export type CallingKey = z.infer<typeof callingKeySchema>;

/** Longer than any key: what else stands beside it was taken off before. */
export const identifyKeySchema = z.strictObject({ key: z.string().trim().min(1).max(200) });
