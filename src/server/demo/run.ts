import { DAY_MS, MINUTE_MS } from "@/contracts/durations";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { Clock } from "@/server/core/clock";
import type { AdminPrincipal, KeyPrincipal, Principal } from "@/server/core/principal";
import type { Transaction } from "@/server/database/connections";
import type { ServiceContext } from "@/server/services/context";
import { type Random, randomOf } from "./random";

/** The seed of a story, from which all of it follows. */
export interface DemoScenario {
  seed: string;
  tag: string;
}

/** Something that happens in the story: somebody uses a verb at an instant. */
export interface Step {
  at: Date;
  play(run: DemoRun): Promise<void>;
}

/** What a chapter plans with, before anything has happened. */
export interface Plan {
  random: Random;
  /** Part of every company's name, see words.ts. */
  tag: string;
  /** An instant of the day that began so many midnights (UTC) ago; 0 is today. */
  at(daysAgo: number, hour?: number, minute?: number): Date;
  /** An instant in working hours, mostly, of a day between the two. */
  someTime(mostDaysAgo: number, leastDaysAgo: number): Date;
}

/** A part of the story. Its steps may use what steps of earlier instants have left in the cast. */
export type DemoPart = (plan: Plan) => Step[];

/** A key of the story, with what only its maker sees. */
export interface CastKey {
  principal: KeyPrincipal;
  secret: string;
}

/** A licence as the story remembers it. */
export interface CastLicense {
  id: Id<"lic">;
  key: string;
  product: string;
  limit: number | null;
  expiresAt: Date | null;
  /** Suspended or revoked. */
  stopped: boolean;
  devices: string[];
}

export const TEAM = ["admin", "operator", "viewer"] as const;

/** Who and what has appeared so far. */
export interface DemoRecords {
  team: Partial<Record<(typeof TEAM)[number], AdminPrincipal>>;
  keys: Map<string, CastKey>;
  customers: Record<Environment, Id<"cus">[]>;
  licenses: Record<Environment, CastLicense[]>;
  /** Endpoints by their URL. */
  webhooks: Map<string, Id<"whe">>;
}

/** Shows the time of the story. Moves only forward; while work is done that takes time, a little with each look. */
class StageClock implements Clock {
  #now: number;
  /** Milliseconds that pass with each look. */
  pace = 0;

  constructor(start: Date) {
    this.#now = start.getTime();
  }

  now(): Date {
    this.#now += this.pace;
    return new Date(this.#now);
  }

  moveTo(instant: Date): void {
    this.#now = Math.max(this.#now, instant.getTime());
  }
}

/** Where the story is played: on one transaction, so that it is there as a whole or not at all. */
export interface DemoRun {
  records: DemoRecords;
  clock: StageClock;
  /** The context in which somebody acts at the present instant of the story. */
  as<Actor extends Principal>(actor: Actor): ServiceContext & { principal: Actor; tx: Transaction };
  /** The administrator of a role. */
  admin(role: (typeof TEAM)[number]): AdminPrincipal;
  /** The key of a name. */
  key(name: string): KeyPrincipal;
}

/** Address of the office from which the administrators of the story work (RFC 5737). */
const OFFICE = "198.51.100.23";

/** An empty stage at the beginning of the story. */
export function openDemoRun(ctx: ServiceContext & { tx: Transaction }, start: Date): DemoRun {
  const clock = new StageClock(start);
  const records: DemoRecords = {
    team: {},
    keys: new Map(),
    customers: { production: [], staging: [], development: [] },
    licenses: { production: [], staging: [], development: [] },
    webhooks: new Map(),
  };
  return {
    records,
    clock,
    as: (principal) => ({ ...ctx, clock, principal, ip: principal.kind === "admin" ? OFFICE : null }),
    admin: (role) => present(records.team[role], role),
    key: (name) => present(records.keys.get(name), name).principal,
  };
}

function present<Found>(found: Found | undefined, name: string): Found {
  if (found) return found;
  throw new Error(`The story calls for "${name}" before that appears.`);
}

/** What the chapter of this name plans with, in a story that is told on the day of `now`. */
export function planFrom(now: Date, { seed, tag }: DemoScenario, chapter: string): Plan {
  const random = randomOf(seed, chapter);
  const midnight = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const at = (daysAgo: number, hour = 0, minute = 0) =>
    new Date(midnight - daysAgo * DAY_MS + (hour * 60 + minute) * MINUTE_MS);
  return {
    random,
    tag,
    at,
    someTime(most, least) {
      const hour = random.chance(0.85) ? random.int(7, 17) : random.int(0, 23);
      const instant = at(random.int(least, most), hour, random.int(0, 59));
      return new Date(instant.getTime() + random.int(0, MINUTE_MS - 1));
    },
  };
}
