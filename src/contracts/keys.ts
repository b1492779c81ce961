import { hasCome } from "./ends";
import type { Environment } from "./environments";
import type { Id } from "./ids";
import type { KeyOwner } from "./key-labels";
import type { RateLimits } from "./schemas/keys";

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

export const DEFAULT_RATE_LIMITS: RateLimits = { minute: 60 };

export const MAX_IP_RANGES = 100;
export const MAX_ALLOWED_ORIGINS = 20;
export const MAX_SCOPED_CUSTOMERS = 100;

/** Which keys a key with `keys:manage` manages: those that it makes, or all of its environment. */
export const KEY_MANAGEMENT = ["own", "all"] as const;
export type KeyManagement = (typeof KEY_MANAGEMENT)[number];

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
export const LAST_USE_FILTER_NAMES = Object.keys(LAST_USE_FILTERS) as [LastUseFilter, ...LastUseFilter[]];

export const EXPIRY_FILTERS = {
  never: { label: "Never expires" },
  within14Days: { label: "Within 14 days", days: 14 },
  within90Days: { label: "Within 90 days", days: 90 },
  past: { label: "Already expired" },
} as const;
export type ExpiryFilter = keyof typeof EXPIRY_FILTERS;
export const EXPIRY_FILTER_NAMES = Object.keys(EXPIRY_FILTERS) as [ExpiryFilter, ...ExpiryFilter[]];

/** How many keys one key makes that are neither revoked nor deleted. */
export const MAX_MADE_KEYS = 10_000;

/** What anybody may ever see of a key again after its creation. It has no field that could hold a secret or a digest. */
export interface KeyView {
  id: Id<"key">;
  name: string;
  description: string;
  environment: Environment;
  /** `kw_stag_Ab12…x9Qz` */
  maskedKey: string;
  status: KeyStatus;
  /** Of the catalogue, or defined here; and any that the catalogue has since dropped, which grant nothing. */
  permissions: string[];
  rateLimits: RateLimits;
  /** `null`: not scoped. An empty list: scoped, and all its customers are gone, so the key can do nothing. */
  customers: { id: Id<"cus">; email: string; name: string | null }[] | null;
  /** Single addresses without a prefix length, ranges with one. */
  ipAllowlist: string[];
  /** Web origins whose pages may use it, as browsers send them; empty: any. */
  allowedOrigins: string[];
  expiresAt: string | null;
  revokedAt: string | null;
  revokedBy: string | null;
  revokedReason: string | null;
  /** The key that revoked it; null: no key did. */
  revokedByKeyId: Id<"key"> | null;
  /** While set, the secret before the last regenerate works too, until this instant. */
  overlapUntil: string | null;
  /** Masked form of that secret; null without an overlap, and where it is older than this record of it. */
  previousMaskedKey: string | null;
  lastUsedAt: string | null;
  lastUsedIp: string | null;
  lastUsedAgent: string | null;
  lastUsedRoute: string | null;
  createdAt: string;
  /** E-mail of the administrator, `key "…"` with the name of the key, or what the system calls itself. */
  createdBy: string;
  /** The key that made it; null: no key did. */
  createdByKeyId: Id<"key"> | null;
  /** The key that was told its present secret, by making or regenerating it; null: no key was. */
  toldToKeyId: Id<"key"> | null;
  /** Which keys it manages, where it has `keys:manage`. */
  managesKeys: KeyManagement;
  /** Whether the keys that it manages may be given `keys:manage` by it. */
  grantsKeyManagement: boolean;
  updatedAt: string;
  /** Null: nobody. */
  owner: KeyOwner | null;
  tags: string[];
}

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
