import { createHash } from "node:crypto";
import { AUDIT_ACTION_NAMES } from "@/contracts/audit";
import { ENVIRONMENTS } from "@/contracts/environments";
import { LastUseRecorder } from "@/gateway/authenticate/last-used";
import { AppError, isAppError } from "@/server/core/errors";
import { newToken } from "@/server/core/secrets";
import type { Transaction } from "@/server/database/connections";
import { withTransaction } from "@/server/database/session";
import { createAdmin, ensureFirstOwner } from "@/server/services/admins";
import { listAuditEvents } from "@/server/services/audit";
import type { ServiceContext } from "@/server/services/context";
import { listCustomers } from "@/server/services/customers";
import { checkFindings } from "@/server/services/findings";
import { listKeys } from "@/server/services/keys";
import { listLicenses } from "@/server/services/licenses";
import { tellCalls } from "./calls";
import { customers } from "./customers";
import { devices } from "./devices";
import { jobs } from "./jobs";
import { DEMO_KEYS } from "./key-list";
import { keys, keysToTry, lastUseOf } from "./keys";
import { licenses } from "./licenses";
import { permissions } from "./permissions";
import { type DemoPart, type DemoRecords, type DemoScenario, openDemoRun, planFrom } from "./run";
import { team } from "./team";
import { telemetry } from "./telemetry";
import { endWebhooks, sendAfterStep, webhooks } from "./webhooks";

/** The story. What happens at one instant happens in this order. */
const CHAPTERS: Record<string, DemoPart> = {
  ...{ team, permissions, customers, keys, licenses, devices, telemetry, jobs, webhooks },
};

/** How far back the story begins, in days. */
const BEGINNING = 121;

export const DEFAULT_SEED = "keyward";
export const DEFAULT_OWNER = "demo@keyward.example";

interface FillDemo {
  /** The same seed on the same day tells the same story; later that day, only more of it. */
  seed: string;
  /** E-mail of an owner to make. Null: one is made only where there is no administrator yet. */
  owner: string | null;
  /** Whether to add to an installation that holds something already. */
  add: boolean;
}

/** What somebody who wants to look at the demo needs. Secrets are seen here and never again. */
export interface FilledDemo {
  owner: { email: string; password: string } | null;
  keys: { name: string; secret: string }[];
  counts: { customers: number; licenses: number; keys: number };
}

/**
 * Fills an empty installation with a platform that has been in use for four months: played through the verbs that real
 * callers use, with a clock that runs from then to now, so that every row, audit included, is what it would be. All of it
 * is one transaction, for whose seconds the changes of administrators on a running server wait, because the chain of the
 * audit has one end. Nothing that is there is changed or removed.
 * @throws AppError conflict when there is something already, unless `add` is set; and when this seed's story is there
 */
export async function fillDemo(ctx: ServiceContext, input: FillDemo): Promise<FilledDemo> {
  const now = ctx.clock.now();
  const scenario = storyOf(input.seed);
  const { owner, records } = await withTransaction(ctx, async (ctx) => {
    if (!input.add) await refuseUnlessEmpty(ctx);
    const owner = await makeOwner(ctx, input.owner);
    return { owner, records: await tellOnce(ctx, scenario, now) };
  });
  await tellCalls(ctx, planFrom(now, scenario, "calls"), records, now);
  await noteLastUses(ctx, scenario, records, now);
  await checkFindings(ctx);
  const count = (of: "customers" | "licenses") =>
    ENVIRONMENTS.reduce((total, environment) => total + records[of][environment].length, 0);
  return {
    owner,
    keys: keysToTry(records),
    counts: { customers: count("customers"), licenses: count("licenses"), keys: records.keys.size },
  };
}

/** People of another seed's story work for companies of other names: both may stand side by side. */
function storyOf(seed: string): DemoScenario {
  if (seed === DEFAULT_SEED) return { seed, tag: "" };
  return { seed, tag: `-${createHash("sha256").update(seed).digest("hex").slice(0, 4)}` };
}

/** What people do about their own way in, which whoever has set an installation up has done. */
const OF_PEOPLE = /^(admin|invitation|session|second_factor|passkey)\./;

/**
 * Empty is an installation in which nothing was done but adding administrators, and by them to get in. Everything else takes a
 * key or an administrator, and so leaves a trace in one of these.
 */
async function refuseUnlessEmpty(ctx: ServiceContext): Promise<void> {
  const one = { environment: null, limit: 1 };
  const actions = AUDIT_ACTION_NAMES.filter((action) => !OF_PEOPLE.test(action));
  const present = {
    "API keys": (await listKeys(ctx, {})).data,
    customers: (await listCustomers(ctx, one)).data,
    licences: (await listLicenses(ctx, { ...one, statuses: [] })).data,
    "an audit of changes": (await listAuditEvents(ctx, { ...one, actions })).data,
  };
  const found = Object.entries(present).flatMap(([name, rows]) => (rows.length > 0 ? [name] : []));
  if (found.length === 0) return;
  throw new AppError(
    "conflict",
    `This installation is not empty: it has ${found.join(", ")}. Nothing was changed. With --add the demo is put beside what is there.`,
  );
}

async function makeOwner(ctx: ServiceContext, email: string | null): Promise<FilledDemo["owner"]> {
  const owner = { email: email ?? DEFAULT_OWNER, password: newToken().slice(0, 16) };
  if (email === null) return (await ensureFirstOwner(ctx, owner)) ? owner : null;
  await createAdmin(ctx, { ...owner, name: "", role: "owner" });
  return owner;
}

/** E-mails follow from the seed, so a story that is told again meets itself. */
async function tellOnce(
  ctx: ServiceContext & { tx: Transaction },
  scenario: DemoScenario,
  now: Date,
): Promise<DemoRecords> {
  try {
    return await tell(ctx, scenario, now);
  } catch (error) {
    if (!isAppError(error) || error.code !== "conflict") throw error;
    throw new AppError(
      "conflict",
      "The demo of this seed is here already. Nothing was changed. Choose another with --seed.",
      {},
      error,
    );
  }
}

/** Plays every step up to now, in the order of time. */
async function tell(
  ctx: ServiceContext & { tx: Transaction },
  scenario: DemoScenario,
  now: Date,
): Promise<DemoRecords> {
  const steps = Object.entries(CHAPTERS)
    .flatMap(([name, chapter]) => chapter(planFrom(now, scenario, name)))
    .filter((step) => step.at <= now)
    .sort((one, other) => one.at.getTime() - other.at.getTime());
  const run = openDemoRun(ctx, planFrom(now, scenario, "beginning").at(BEGINNING));
  const answers = planFrom(now, scenario, "answers to webhooks");
  for (const step of steps) {
    run.clock.moveTo(step.at);
    await step.play(run);
    await sendAfterStep(run, answers);
  }
  run.clock.moveTo(now);
  await endWebhooks(run);
  return run.records;
}

/** The last call of each key to the minute, and of those whose calls are older than the log. */
async function noteLastUses(
  ctx: ServiceContext,
  scenario: DemoScenario,
  records: DemoRecords,
  now: Date,
): Promise<void> {
  const recorder = new LastUseRecorder(ctx.databases, ctx.logger);
  const plan = planFrom(now, scenario, "last uses");
  for (const key of DEMO_KEYS) {
    const at = lastUseOf(key, plan, now);
    const id = records.keys.get(key.name)?.principal.id;
    if (at && id && key.use) recorder.record(id, { at, ...key.use });
  }
  await recorder.flush();
}
