import { PEPPER, SESSION_SECRET } from "@test/support/secrets";
import { readEnv } from "@/env";
import { createLogger } from "@/server/core/logger";
import type { Principal } from "@/server/core/principal";
import { createRuntime } from "@/server/runtime/create";
import { contextFor, type Runtime } from "@/server/runtime/runtime";
import type { ServiceContext } from "@/server/services/context";
import { mediansInTurns } from "./median";

/** What a benchmark in this process works with. */
interface Bench {
  runtime: Runtime;
  /** The context of a principal; the command line's where none is given. */
  context(principal?: Principal): ServiceContext;
}

/** A platform in this process, on the benchmark's database. */
export function benchRuntime(url: string): Runtime {
  const env = readEnv({ NODE_ENV: "production", DATABASE_POOL_SIZE: "4" });
  return createRuntime(env, createLogger("warn"), { url, pepper: PEPPER, sessionSecret: SESSION_SECRET });
}

/** Runs a benchmark on a platform in this process, on the benchmark's database, and closes it. */
export async function onRuntime<Outcome>(
  url: string,
  run: (bench: Bench) => Promise<Outcome>,
): Promise<Outcome> {
  const runtime = benchRuntime(url);
  const context = (principal: Principal = { kind: "system", name: "command line" }) =>
    contextFor(runtime, principal);
  try {
    return await run({ runtime, context });
  } finally {
    await runtime.requestLog.close();
    await runtime.lastUse.flush();
    await runtime.databases.end();
    await runtime.limiter.close();
  }
}

/** How much of `unit` a second, for work of so much. */
export async function perSecond(amount: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (amount / (performance.now() - start)) * 1_000;
}

/** Measures two ways of doing the same in turns: the medians. */
export async function inTurns(
  rounds: number,
  ours: () => Promise<number>,
  reference: () => Promise<number>,
): Promise<{ ours: number; reference: number }> {
  const [mine = Number.NaN, theirs = Number.NaN] = await mediansInTurns(rounds, [ours, reference]);
  return { ours: mine, reference: theirs };
}
