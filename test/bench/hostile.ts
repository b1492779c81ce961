import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, get } from "node:http";
import { constants, setPriority } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { startMount } from "@test/support/mounts";
import postgres from "postgres";
import { PERMISSIONS } from "@/contracts/permissions";
import { createKeySchema } from "@/contracts/schemas/keys";
import { parse } from "@/server/core/validation";
import { createAdmin } from "@/server/services/admins";
import { createCustomer } from "@/server/services/customers";
import { createKey } from "@/server/services/keys";
import { ATTACKS } from "./attacks";
import type { Result } from "./result";
import { onRuntime } from "./runtime";

/** Among whom the neighbour key searches. */
const CUSTOMERS = 400_000;
/** Calls of the good key in a second, evenly spread, whether the ones before are answered or not. */
const CALLS_PER_SECOND = 100;
/** Quiet and attacked in turn, so that what the machine does besides falls on both sides. */
const ROUNDS = 3;
/** Of each half of a round. The ninety-ninth percentile of all rounds is the eighteenth worst call then. */
const SECONDS = 6;
/** For an attack to get under way before anything is measured. */
const RAMP_MS = 2_000;
/** What an attack may cost: the p99 of a good key's calls at most five times as long. */
const BAR = 1 / 5;
const AIM = 1 / 2;

/**
 * How long a good key's calls take while strangers and a neighbour key attack, one way after the other. Each attack is
 * compared with the quiet seconds around it. Load, attack and server share the processors; the attack runs at a lower
 * priority, since it would be computed on a machine of its own.
 */
export async function hostileBenchmarks(databaseUrl: string): Promise<Result[]> {
  await fillCustomers(databaseUrl);
  const { good, attacker, customerId } = await prepare(databaseUrl);
  const mount = await startMount("main.ts", databaseUrl, {
    TRUSTED_PROXIES: "0",
    AUTH_FAILURES_PER_MINUTE: "30",
    DATABASE_POOL_SIZE: "10",
  });
  const target = `${mount.url}/api/v1/production/customers/${customerId}`;
  try {
    await latencies(target, good);
    const results: Result[] = [];
    for (const [name, { what, connections }] of Object.entries(ATTACKS)) {
      const quiet: number[] = [];
      const attacked: number[] = [];
      const answers: string[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        quiet.push(...(await latencies(target, good)));
        const during = await underAttack(name, [mount.url, attacker], () => latencies(target, good));
        attacked.push(...during.calls);
        answers.push(during.answers);
      }
      const [before, under] = [p99(quiet), p99(attacked)];
      results.push({
        what: `p99 of a good key, quiet against ${name}: ${what} (${connections} connections)`,
        figure: before / under,
        bar: BAR,
        aim: AIM,
        detail: `${before.toFixed(1)} ms quiet, ${under.toFixed(1)} ms then (x${(under / before).toFixed(1)}); the attack was answered ${answers.join(", ")}`,
      });
    }
    return results;
  } finally {
    await mount.stop();
  }
}

/** On a connection of its own: those of the runtime end a statement that takes so long. */
async function fillCustomers(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  await sql`
    insert into customers (id, environment, email, name, created_at, updated_at)
    select 'cus_' || lpad(n::text, 26, '0'), 'production', 'user' || n || '@' || md5(n::text) || '.example', 'Person ' || md5(n::text), now(), now()
    from generate_series(1, ${CUSTOMERS}::int) n`;
  await sql`vacuum analyze customers`;
  await sql.end();
}

/** The key that is measured, the one of the attacker, and whom the good one asks for. */
function prepare(databaseUrl: string) {
  return onRuntime(databaseUrl, async ({ context }) => {
    const make = async (name: string) => {
      const rights = { permissions: [...PERMISSIONS], rateLimits: { minute: 1_000_000 } };
      const input = parse(createKeySchema, { name, environment: "production", ...rights });
      return (await createKey(context(), input)).secret;
    };
    // An installation in use: set-up is over.
    const owner = {
      email: "owner@acme.example",
      password: "a long password of nobody",
      name: "",
      role: "owner",
    } as const;
    await createAdmin(context(), owner);
    const { id } = await createCustomer(context(), { environment: "production", email: "ada@acme.example" });
    return { good: await make("Good"), attacker: await make("Neighbour"), customerId: id };
  });
}

/** Runs work while an attack is under way. */
async function underAttack(
  name: string,
  victim: readonly string[],
  work: () => Promise<number[]>,
): Promise<{ calls: number[]; answers: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", "test/bench/attacker.ts", name, ...victim], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const gone = once(child, "close");
  let answers = "";
  child.stdout.on("data", (chunk) => {
    answers += chunk;
  });
  try {
    await pause(RAMP_MS);
    const calls = await work();
    child.kill("SIGTERM");
    await gone;
    return { calls, answers };
  } finally {
    child.kill("SIGKILL");
  }
}

/**
 * Calls at a steady pace, and how long each took from the moment at which it was due, in milliseconds: a server that stops
 * for a second is late for every call of that second. One that is not answered 200 takes for ever.
 */
async function latencies(url: string, key: string): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const start = performance.now();
  const calls = Array.from({ length: CALLS_PER_SECOND * SECONDS }, async (_, number) => {
    const due = start + (number * 1_000) / CALLS_PER_SECOND;
    await pause(due - performance.now());
    return (await isServed(url, key, agent)) ? performance.now() - due : Number.POSITIVE_INFINITY;
  });
  const times = await Promise.all(calls);
  agent.destroy();
  return times;
}

function isServed(url: string, key: string, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { agent, headers: { authorization: `Bearer ${key}` } }, (response) => {
      response.resume();
      response.once("close", () => resolve(response.complete && response.statusCode === 200));
    }).once("error", () => resolve(false));
  });
}

function p99(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.ceil(times.length * 0.99) - 1] ?? 0;
}
