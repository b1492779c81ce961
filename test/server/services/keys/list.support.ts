import type { Fixture } from "@test/support/fixture";
import fc from "fast-check";
import type { KeyView } from "@/contracts/keys";
import type { ConsolePage } from "@/contracts/lists";
import { type CreateKeyInput, type ListKeysInput, listKeysSchema } from "@/contracts/schemas/keys";
import { parse } from "@/server/core/validation";
import { deleteKey, listKeys, revokeKey } from "@/server/services/keys";
import type { Bounds } from "@/server/services/keys/internal/page";
import { sqlOf } from "../support";

const DAY_SECONDS = 86_400;

/** As the console does it. */
export function list(
  fixture: Fixture,
  input: ListKeysInput = {},
  bounds?: Bounds,
): Promise<ConsolePage<KeyView>> {
  return listKeys(fixture.context(), parse(listKeysSchema, input), bounds);
}

/** Every page from the first to the last. */
export async function pagesOf(
  fixture: Fixture,
  input: ListKeysInput,
  bounds?: Bounds,
): Promise<ConsolePage<KeyView>[]> {
  const pages = [await list(fixture, input, bounds)];
  for (let cursor = pages[0]?.nextCursor; cursor; cursor = pages.at(-1)?.nextCursor) {
    pages.push(await list(fixture, { ...input, cursor }, bounds));
  }
  return pages;
}

/** The instant so many days from the fixture's present, to the millisecond. */
export function daysFromNow(fixture: Fixture, days: number, milliseconds = 0): Date {
  return new Date(fixture.clock.now().getTime() + days * DAY_SECONDS * 1_000 + milliseconds);
}

/** A key as it is, with the use that it never had. */
export async function usedKey(
  fixture: Fixture,
  at: Date | null,
  input: Partial<CreateKeyInput> = {},
): Promise<KeyView> {
  const { key } = await fixture.key(input);
  if (at) await sqlOf(fixture)`update api_keys set last_used_at = ${at.toISOString()} where id = ${key.id}`;
  return key;
}

/**
 * Fills the fixture with keys of every kind: names that differ in case alone, equal names, equal and absent instants,
 * every environment and status, and a deleted one, which no list may show.
 */
export async function fillWithKeys(fixture: Fixture): Promise<void> {
  const names = [
    "alpha",
    "Alpha",
    "ALPHA2",
    "beta",
    "b_ta",
    "100% sure",
    "back\\slash",
    "zeta",
    "Ünïcode",
    "beta",
  ];
  const uses = [null, -1, -29, -31, -31, -89, -91, null];
  const expiries = [null, 1, 13, 15, 89, 91, 1, null, 400];
  const permissions = [
    ["customers:read"],
    ["customers:write"],
    ["licenses:manage", "jobs:read"],
    ["keys:verify"],
  ] as const;
  const environments = ["production", "staging", "development"] as const;
  const scoped = await fixture.customer();
  for (let n = 0; n < 45; n++) {
    const used = uses[n % uses.length] ?? null;
    const expires = expiries[n % expiries.length] ?? null;
    const environment = environments[n % environments.length] ?? "staging";
    const key = await usedKey(fixture, used === null ? null : daysFromNow(fixture, used), {
      name: names[n % names.length] ?? "key",
      environment,
      permissions: [...(permissions[n % permissions.length] ?? permissions[0])],
      expiresAt: expires === null ? null : daysFromNow(fixture, expires).toISOString(),
      customers: environment === "staging" && n % 2 === 0 ? [scoped.id] : null,
    });
    if (n % 5 === 0) await revokeKey(fixture.context(), { id: key.id, reason: "" });
  }
  const { key: gone } = await fixture.key({ name: "alpha" });
  await revokeKey(fixture.context(), { id: gone.id, reason: "" });
  await deleteKey(fixture.context(), { id: gone.id, name: "alpha" });
  // Makes the keys that had a day left expire.
  fixture.clock.advance(2 * DAY_SECONDS);
}

const orNull = <Value>(...values: Value[]) => fc.option(fc.constantFrom(...values), { nil: null });

/** Every combination of filters that the console can ask for. */
export const filters: fc.Arbitrary<ListKeysInput> = fc.record({
  search: fc.constantFrom(
    "",
    "",
    "alpha",
    "TA",
    "_",
    "%",
    "\\",
    "kw_prod",
    "Ü",
    "100% Sure",
    "nothing has this",
  ),
  environment: orNull("production", "staging", "development"),
  statuses: fc.subarray(["active", "inactive", "expired"] as const).map((statuses) => [...statuses]),
  permission: orNull("customers:read", "customers:write", "jobs:read", "licenses:read", "telemetry:read"),
  owner: orNull("none", "left", "contact@acme.example"),
  tag: orNull("web-shop", "nowhere"),
  lastUse: orNull("never", "over30Days", "over90Days"),
  expiry: orNull("never", "within14Days", "within90Days", "past"),
});

export const sorts = fc.record({
  sort: fc.constantFrom("createdAt", "name", "lastUsedAt", "expiresAt"),
  direction: fc.constantFrom("asc", "desc"),
});

/** What a person would say the filters mean, over all keys. */
export function matches(fixture: Fixture, key: KeyView, input: ListKeysInput): boolean {
  const days = (instant: string | null) =>
    instant === null ? null : (Date.parse(instant) - fixture.clock.now().getTime()) / (DAY_SECONDS * 1_000);
  const [used, expires] = [days(key.lastUsedAt), days(key.expiresAt)];
  const opens: Record<string, string[]> = {
    "customers:read": ["customers:read", "customers:write"],
    "licenses:read": ["licenses:read", "licenses:manage"],
    "jobs:read": ["jobs:read", "jobs:write"],
  };
  const holders = input.permission ? (opens[input.permission] ?? [input.permission]) : [];
  const expiry = { never: expires === null, past: expires !== null && expires <= 0 };
  const within = (limit: number) => expires !== null && expires > 0 && expires <= limit;
  const tests: boolean[] = [
    !input.search || `${key.name} ${key.maskedKey}`.toLowerCase().includes(input.search.toLowerCase()),
    !input.environment || key.environment === input.environment,
    !input.statuses?.length || input.statuses.includes(key.status),
    !input.permission || key.permissions.some((permission) => holders.includes(permission)),
    !input.customerId || (key.customers ?? []).some((customer) => customer.id === input.customerId),
    !input.owner ||
      { none: key.owner === null, left: key.owner?.hasLeft }[input.owner as "none"] ||
      key.owner?.email === input.owner,
    !input.tag || key.tags.includes(input.tag),
    !input.lastUse ||
      { never: used === null, over30Days: (used ?? 0) < -30, over90Days: (used ?? 0) < -90 }[input.lastUse],
    !input.expiry || { ...expiry, within14Days: within(14), within90Days: within(90) }[input.expiry],
  ];
  return tests.every(Boolean);
}

/** Bounds of the ways to a page that lead a few dozen keys along each: the first, the second where the first ends, the third. */
export const ways: fc.Arbitrary<Bounds> = fc.constantFrom(
  { walked: 1_000, sorted: 1_000 },
  { walked: 10, sorted: 1_000 },
  { walked: 1, sorted: 1 },
);

/** The order a person would expect, ties by id. */
export function inOrder(keys: readonly KeyView[], { sort, direction }: ListKeysInput): KeyView[] {
  const sortedBy = (key: KeyView): string => {
    if (sort === "name") return key.name.toLowerCase();
    // Never used is before all use, never expiring after every expiry.
    if (sort === "lastUsedAt") return key.lastUsedAt ?? "";
    if (sort === "expiresAt") return key.expiresAt ?? "~";
    return "";
  };
  const compare = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));
  const sorted = [...keys].sort(
    (left, right) => compare(sortedBy(left), sortedBy(right)) || compare(left.id, right.id),
  );
  return direction === "asc" ? sorted : sorted.reverse();
}
