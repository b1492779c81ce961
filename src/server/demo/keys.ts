import { DAY_MS, MINUTE_MS } from "@/contracts/durations";
import { createKeySchema } from "@/contracts/schemas/keys";
import { parse } from "@/server/core/validation";
import { createKey, deleteKey, regenerateKey, revokeKey } from "@/server/services/keys";
import { DEMO_KEYS, type DemoKey } from "./key-list";
import type { CastKey, DemoPart, DemoRun, Plan, Step } from "./run";

/** The keys: how each was made, renewed and cut off. */
export const keys: DemoPart = (plan) => DEMO_KEYS.flatMap((key) => lifeOf(key, plan));

function lifeOf(key: DemoKey, { at }: Plan): Step[] {
  const { name, made, regenerated, revoked, deleted } = key;
  const steps: Step[] = [{ at: at(made, 9, 30), play: (run) => make(run, key, at) }];
  if (regenerated) {
    steps.push({
      at: at(regenerated.day),
      async play({ as, admin, key, records }) {
        const { id } = key(name);
        const { secret } = await regenerateKey(as(admin("admin")), { id, overlap: regenerated.overlap });
        records.keys.set(name, { principal: key(name), secret });
      },
    });
  }
  if (revoked) {
    steps.push({
      at: at(revoked.day, 0, 21),
      async play({ as, admin, key }) {
        await revokeKey(as(admin("admin")), { id: key(name).id, reason: revoked.reason });
      },
    });
  }
  if (deleted !== undefined) {
    steps.push({
      at: at(deleted, 14),
      async play({ as, admin, key }) {
        await deleteKey(as(admin("admin")), { id: key(name).id, name });
      },
    });
  }
  return steps;
}

async function make({ as, admin, records }: DemoRun, wanted: DemoKey, at: Plan["at"]): Promise<void> {
  const { name, environment, permissions, rateLimits, description, owner, tags } = wanted;
  const { ipAllowlist, allowedOrigins, expires, scopedTo } = wanted;
  const customers = scopedTo === undefined ? null : records.customers[environment].slice(0, scopedTo);
  const input = parse(createKeySchema, {
    ...{ name, environment, permissions, rateLimits, description, customers, owner, tags },
    ...{ ipAllowlist, allowedOrigins },
    expiresAt: expires === undefined ? null : at(expires).toISOString(),
  });
  const { key, secret } = await createKey(as(admin("admin")), input);
  const principal = { kind: "key", id: key.id, name, environment, permissions, customers } as const;
  records.keys.set(name, { principal, secret });
}

/** When a key of the list was last used: the latest of its calls that could still authenticate; null: never. */
export function lastUseOf({ use, revoked, expires }: DemoKey, { at }: Plan, now: Date): Date | null {
  if (!use) return null;
  const ends = [
    now,
    ...(revoked ? [at(revoked.day, 0, 21)] : []),
    ...(expires === undefined ? [] : [at(expires)]),
  ];
  const end = Math.min(...ends.map((instant) => instant.getTime()));
  const period = use.everyMinutes * MINUTE_MS;
  const start = end - (end % DAY_MS);
  return new Date(start - period + Math.floor((end - start - 1 + period) / period) * period);
}

/** Keys that somebody who looks at the demo can call the API with. */
export function keysToTry(records: DemoRun["records"]): { name: string; secret: string }[] {
  return ["Online shop", "Main website", "Atelier Desktop", "Website, staging"].flatMap((name) => {
    const key: CastKey | undefined = records.keys.get(name);
    return key ? [{ name, secret: key.secret }] : [];
  });
}
