import type { Environment } from "@/contracts/environments";
import { type SentEvent, sendTelemetrySchema } from "@/contracts/schemas/telemetry";
import { parse } from "@/server/core/validation";
import { ingestTelemetry } from "@/server/services/telemetry";
import { APPS, isUsable } from "./devices";
import type { Random } from "./random";
import type { CastLicense, DemoPart, Plan, Step } from "./run";

const DAYS = 30;
/** Hours between two batches, and events in a batch at an ordinary time. */
const TRAFFIC: Record<Environment, { everyHours: number; events: number }> = {
  production: { everyHours: 2, events: 76 },
  staging: { everyHours: 6, events: 14 },
  development: { everyHours: 12, events: 8 },
};
/** How likely an app is still started once its licence has ended: most people stop, or buy another. */
const GOES_ON = 0.04;
/** The day on which a licence key that was never issued made the round. */
const PIRATES = {
  daysAgo: 9,
  firstHour: 12,
  lastHour: 18,
  events: 90,
  licenseKey: "AT3L1-ER4FR-EE4EV-ER1ON-E2026",
};
const TYPES = [
  "app.start",
  "app.start",
  "feature.use",
  "feature.use",
  "feature.use",
  "app.crash",
  "update.installed",
] as const;
const FEATURES = ["export", "share", "render", "import", "search"] as const;
const VERSIONS = ["4.2.0", "4.2.0", "4.2.0", "4.1.3", "4.0.9"] as const;

/** Thirty days of what apps report. What is odd about an event the runtime itself finds out, as it always does. */
export const telemetry: DemoPart = (plan) =>
  Object.entries(TRAFFIC).flatMap(([environment, { everyHours, events }]) =>
    Array.from({ length: (DAYS * 24) / everyHours }, (_, index) => {
      const [daysAgo, hour] = [DAYS - 1 - Math.floor((index * everyHours) / 24), (index * everyHours) % 24];
      return batch(plan, environment as Environment, { daysAgo, hour, events });
    }),
  );

function batch(
  { random, at }: Plan,
  environment: Environment,
  { daysAgo, hour, events }: { daysAgo: number; hour: number; events: number },
): Step {
  const instant = at(daysAgo, hour, random.int(0, 12));
  const weekend = instant.getUTCDay() % 6 === 0;
  // People work by day, less at the weekend, and there are more of them each day.
  const busy =
    (0.25 + Math.sin((Math.PI * Math.max(0, hour - 5)) / 17)) * (weekend ? 0.45 : 1) * (1.25 - daysAgo / 90);
  const count = Math.max(1, Math.round(events * busy * (0.8 + random.next() * 0.4)));
  const pirated = environment === "production" && daysAgo === PIRATES.daysAgo;
  const pirates = pirated && hour >= PIRATES.firstHour && hour <= PIRATES.lastHour ? PIRATES.events : 0;
  const app = random.pick(APPS[environment]);
  return {
    at: instant,
    async play({ as, key, records, clock }) {
      const inUse = records.licenses[environment].filter(
        (license) => license.devices.length > 0 && (isUsable(license, clock.now()) || random.chance(GOES_ON)),
      );
      const batch = [
        ...Array.from({ length: count }, () => reported(random, inUse)),
        ...Array.from({ length: pirates }, () => ({
          ...reported(random, []),
          licenseKey: PIRATES.licenseKey,
        })),
      ];
      const now = clock.now().getTime();
      const events = batch.map((event) => ({
        ...event,
        at: new Date(now - random.int(0, 6_600_000)).toISOString(),
      }));
      await ingestTelemetry(as(key(app)), parse(sendTelemetrySchema, { events }));
    },
  };
}

/** One event of somebody who uses one of the licences; now and then on a device that was never activated. */
function reported(random: Random, inUse: readonly CastLicense[]): SentEvent {
  const license = inUse[random.int(0, Math.max(0, inUse.length - 1))];
  const type = random.pick(TYPES);
  const device = license?.devices[random.int(0, license.devices.length - 1)];
  const strange = random.chance(0.012);
  return {
    type,
    product: license?.product ?? "Atelier Desktop",
    version: random.pick(VERSIONS),
    ...(license ? { licenseKey: license.key } : {}),
    identifier: strange || !device ? `VM-${random.int(0x1000, 0xffff).toString(16)}` : device,
    data: dataOf(random, type),
  };
}

function dataOf(random: Random, type: (typeof TYPES)[number]): Record<string, unknown> {
  if (type === "feature.use") return { feature: random.pick(FEATURES), ms: random.int(20, 4_000) };
  if (type === "app.crash") {
    // What a broken app says of itself is broken too, now and then.
    const message = random.chance(0.1) ? { message: "unexpected \u0000 in input" } : {};
    return { signal: "SIGSEGV", uptimeSeconds: random.int(30, 90_000), ...message };
  }
  return { os: random.pick(["Windows 11", "macOS 26", "iOS 19.1", "Ubuntu 26.04"]) };
}
