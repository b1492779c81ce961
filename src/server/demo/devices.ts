import type { Environment } from "@/contracts/environments";
import { activateLicense, deactivateLicense } from "@/server/services/licenses";
import type { CastLicense, DemoPart, Plan, Step } from "./run";

const ACTIVATED: Record<Environment, number> = { production: 420, staging: 60, development: 25 };
/** The keys inside of the apps. */
export const APPS: Record<Environment, readonly [string, ...string[]]> = {
  production: ["Atelier Desktop", "Atelier Mobile"],
  staging: ["Nightly app"],
  development: ["Laptops"],
};

/** The devices on which licences are used: most come, a few are replaced. */
export const devices: DemoPart = (plan) =>
  Object.entries(ACTIVATED).flatMap(([environment, count]) =>
    Array.from({ length: count }, () => activation(plan, environment as Environment)),
  );

function activation({ random, someTime }: Plan, environment: Environment): Step {
  // Every other one on a licence sold lately: that is when people install.
  const chosen = random.chance(0.5) ? 1 - random.next() * 0.12 : random.next();
  const replaces = random.chance(0.1);
  const identifier = `${random.pick(["WS", "MBP", "LT", "PHONE"])}-${random.int(0x100000, 0xffffff).toString(16)}`;
  const app = random.pick(APPS[environment]);
  return {
    at: someTime(86, 0),
    async play({ as, key, records, clock }) {
      const ctx = as(key(app));
      const usable = records.licenses[environment].filter((license) => isUsable(license, clock.now()));
      const license = usable[Math.min(usable.length - 1, Math.floor(chosen * usable.length))];
      if (!license) return;
      const former =
        replaces || license.devices.length === license.limit ? license.devices.shift() : undefined;
      if (former) await deactivateLicense(ctx, { key: license.key, identifier: former });
      await activateLicense(ctx, { key: license.key, identifier });
      license.devices.push(identifier);
    },
  };
}

/** Whether the runtime would let it be activated. */
export function isUsable({ stopped, expiresAt }: CastLicense, now: Date): boolean {
  return !stopped && (expiresAt === null || expiresAt > now);
}
