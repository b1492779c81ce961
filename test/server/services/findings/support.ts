import type { Fixture } from "@test/support/fixture";
import { countCalls } from "@test/support/usage";
import { DAY_MS } from "@/contracts/durations";
import type { KeyView } from "@/contracts/keys";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { sqlOf } from "../support";

/** The instant so many days, and so many milliseconds, before the fixture's present. */
export function daysAgo(fixture: Fixture, days: number, milliseconds = 0): Date {
  return new Date(fixture.clock.now().getTime() - days * DAY_MS - milliseconds);
}

interface Facts extends Partial<CreateKeyInput> {
  createdAt?: Date;
  lastUsedAt?: Date | null;
  resumedAt?: Date;
  dormantSince?: Date;
}

/**
 * A key about which nothing is to be said, but for the given facts: in staging, 45 days old, used just now for all that
 * it may do.
 */
export async function plainKey(fixture: Fixture, facts: Facts = {}): Promise<KeyView> {
  const { createdAt, lastUsedAt, resumedAt, dormantSince, ...input } = facts;
  const { key } = await fixture.key({ permissions: ["customers:read"], ...input });
  await sqlOf(fixture)`
    update api_keys set created_at = ${(createdAt ?? daysAgo(fixture, 45)).toISOString()},
      last_used_at = ${lastUsedAt === null ? null : (lastUsedAt ?? fixture.clock.now()).toISOString()},
      resumed_at = ${resumedAt?.toISOString() ?? null}, dormant_since = ${dormantSince?.toISOString() ?? null}
    where id = ${key.id}`;
  return key;
}

/** The same, with calls that have exercised `customers:read`. */
export async function busyKey(fixture: Fixture, facts: Facts = {}): Promise<KeyView> {
  const key = await plainKey(fixture, facts);
  await countCalls(fixture, [{ key, calls: 1_000, environment: key.environment }]);
  return key;
}

/** A network that a key has called from. */
export async function seenFrom(
  fixture: Fixture,
  key: Pick<KeyView, "id">,
  network: { network?: string; firstSeenAt: Date; usedBeforeAt: Date | null },
): Promise<void> {
  const first = network.firstSeenAt.toISOString();
  await sqlOf(fixture)`
    insert into key_networks (key_id, network, first_seen_at, last_seen_at, used_before_at, calls)
    values (${key.id}, ${network.network ?? "203.0.113.0/24"}, ${first}, ${first}, ${network.usedBeforeAt?.toISOString() ?? null}, 3)`;
}

/** A key seen in a query string. */
export async function seenInQuery(fixture: Fixture, key: Pick<KeyView, "id">, at: Date): Promise<void> {
  const seen = at.toISOString();
  await sqlOf(fixture)`
    insert into key_exposures (key_id, place, first_seen_at, last_seen_at, last_request_id, calls)
    values (${key.id}, 'query', ${seen}, ${seen}, 'req_00000000000000000000000000', 2)`;
}
