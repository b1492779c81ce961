import { createAdmin, requestPasswordReset, signIn } from "@/server/services/admins";
import type { ServiceContext } from "@/server/services/context";
import type { Result } from "./result";
import { onRuntime } from "./runtime";

/** Of each group. */
const TRIES = 200;
/** What compiles, connects and caches first is not measured. */
const WARM_UP = 20;

type Attempt = (ctx: ServiceContext, email: string) => Promise<unknown>;

const ATTEMPTS: Record<string, Attempt> = {
  "sign-in with a wrong password": (ctx, email) => signIn(ctx, { email, password: "a wrong horse battery" }),
  "request for a new password": (ctx, email) => requestPasswordReset(ctx, { email }),
};

/** Whether the time of an answer tells which addresses have accounts: 1 is no difference between the medians. */
export function signInBenchmarks(databaseUrl: string): Promise<Result[]> {
  return onRuntime(databaseUrl, async ({ context }) => {
    for (let n = 0; n < TRIES + WARM_UP; n++) {
      const admin = {
        email: addressOf("known", n),
        password: "correct horse battery",
        role: "viewer",
      } as const;
      await createAdmin(context(), admin);
    }
    const results: Result[] = [];
    for (const [what, attempt] of Object.entries(ATTEMPTS))
      results.push(await compared(what, attempt, context()));
    return results;
  });
}

async function compared(what: string, attempt: Attempt, ctx: ServiceContext): Promise<Result> {
  const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
  for (let n = 0; n < TRIES + WARM_UP; n++) {
    // In turns, the first by turns too: a machine that slows down must slow both.
    for (const group of n % 2 ? (["known", "unknown"] as const) : (["unknown", "known"] as const)) {
      const stranger = { ...ctx, ip: `10.${group === "known" ? 1 : 2}.${n >> 8}.${n & 255}` };
      const start = performance.now();
      await attempt(stranger, addressOf(group, n));
      if (n >= WARM_UP) times[group].push(performance.now() - start);
      // What is done beside an answer must not slow the next one down.
      await ctx.background.settled();
    }
  }
  const [known, unknown] = [spreadOf(times.known), spreadOf(times.unknown)];
  return {
    what: `${what}: known and unknown accounts alike`,
    figure: Math.min(known.median, unknown.median) / Math.max(known.median, unknown.median),
    bar: 0.9,
    aim: 0.95,
    detail: `known ${known.text}, unknown ${unknown.text}, ${TRIES} tries each`,
  };
}

const addressOf = (group: string, n: number) => `${group}-${n}@acme.example`;

/** The median, and the middle half. */
function spreadOf(times: readonly number[]): { median: number; text: string } {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  const [low, median, high] = [at(0.25), at(0.5), at(0.75)];
  return { median, text: `${median.toFixed(2)} ms (${low.toFixed(2)} to ${high.toFixed(2)})` };
}
