import { MINUTE_MS } from "@/contracts/durations";
import type { Environment } from "@/contracts/environments";
import { createLicense, reinstateLicense, revokeLicense, suspendLicense } from "@/server/services/licenses";
import type { CastLicense, DemoPart, DemoRun, Plan, Step } from "./run";

const SOLD: Record<Environment, number> = { production: 340, staging: 60, development: 25 };
const PRODUCTS = [
  "Atelier Desktop",
  "Atelier Desktop",
  "Atelier Mobile",
  "Atelier Server",
  "Pixelforge Plugin",
] as const;
const FEATURES = ["export-pdf", "collaboration", "sso", "offline"] as const;
const SELLERS = { production: "Checkout service", staging: "Website, staging", development: "Laptops" };
const SUSPENSIONS = ["Payment failed", "Chargeback under review", "Asked for by the customer"] as const;
const REVOCATIONS = ["Refunded", "Licence key was published", "Terms were broken"] as const;

/** The licences that were sold one by one, and what support did to some. Unsold stock is made by jobs. */
export const licenses: DemoPart = (plan) => [
  ...Object.entries(SOLD).flatMap(([environment, count]) =>
    Array.from({ length: count }, () => sale(plan, environment as Environment)),
  ),
  ...Array.from({ length: 16 }, () => suspension(plan)).flat(),
  ...Array.from({ length: 9 }, () => revocation(plan)),
];

function sale({ random, someTime }: Plan, environment: Environment): Step {
  const at = someTime(88, 0);
  const days = random.pick([365, 365, 365, 30, 14, null]);
  const terms = {
    product: random.pick(PRODUCTS),
    activationLimit: random.pick([1, 2, 3, 3, 5, null]),
    features: FEATURES.filter(() => random.chance(0.4)),
    metadata: random.chance(0.6) ? { order: `A-${random.int(20_000, 99_999)}` } : {},
    ...(days === null ? {} : { validityDays: days }),
  };
  const chosen = random.next();
  const byHand = random.chance(0.1);
  return {
    at,
    async play({ as, admin, key, records }) {
      const crowd = records.customers[environment];
      const customerId = crowd[Math.floor(chosen * crowd.length)];
      const actor = byHand ? admin("operator") : key(SELLERS[environment]);
      const license = await createLicense(as(actor), { ...terms, customerId, environment });
      // One without a customer is stock as well: nobody activates it.
      if (!customerId) return;
      records.licenses[environment].push({
        ...{ id: license.id, key: license.key, product: license.product, limit: license.activationLimit },
        expiresAt: license.expiresAt === null ? null : new Date(license.expiresAt),
        stopped: false,
        devices: [],
      });
    },
  };
}

/** One of the licences that work at this point of the story. */
function working({ records }: DemoRun, environment: Environment, chosen: number): CastLicense | undefined {
  const candidates = records.licenses[environment].filter((license) => !license.stopped);
  return candidates[Math.floor(chosen * candidates.length)];
}

/** Support takes a licence out of use, and now and then puts it back within the hour. */
function suspension({ random, someTime }: Plan): Step[] {
  const [chosen, reason, settled] = [random.next(), random.pick(SUSPENSIONS), random.chance(0.3)];
  const at = someTime(50, 0);
  let license: CastLicense | undefined;
  const suspend: Step = {
    at,
    async play(run) {
      license = working(run, "production", chosen);
      if (!license) return;
      license.stopped = true;
      await suspendLicense(run.as(run.admin("operator")), { id: license.id, reason });
    },
  };
  const reinstate: Step = {
    at: new Date(at.getTime() + 40 * MINUTE_MS),
    async play({ as, admin }) {
      if (!license) return;
      license.stopped = false;
      await reinstateLicense(as(admin("operator")), { id: license.id, reason: "Settled" });
    },
  };
  return settled ? [suspend, reinstate] : [suspend];
}

function revocation({ random, someTime }: Plan): Step {
  const [chosen, reason] = [random.next(), random.pick(REVOCATIONS)];
  return {
    at: someTime(50, 0),
    async play(run) {
      const license = working(run, "production", chosen);
      if (!license) return;
      license.stopped = true;
      await revokeLicense(run.as(run.admin("operator")), { id: license.id, reason });
    },
  };
}
