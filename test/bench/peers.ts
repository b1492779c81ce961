import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { startMount } from "@test/support/mounts";
import { newId } from "@/server/core/ids";
import { keyPolicies, keySubject } from "@/server/rate-limit";
import { createMemoryLimiter } from "@/server/rate-limit/memory-limiter";
import { makeKeys } from "./keys";
import { throughputInTurns, withKeys } from "./load";
import { PEERS, startPeer } from "./peer-process";
import type { Result } from "./result";
import { inTurns, perSecond } from "./runtime";

/** What others have for the same, on the same machine and Postgres. */
export async function peerBenchmarks(databaseUrl: string): Promise<Result[]> {
  if (!existsSync(path.join(PEERS, "node_modules")))
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-fund", "--no-audit"], {
      cwd: PEERS,
      stdio: "inherit",
    });
  return [await againstBetterAuth(databaseUrl), await againstRateLimiterFlexible()];
}

/** `GET /key` against `verifyApiKey` of Better Auth's plugin: a thousand keys in rotation, 32 connections. */
async function againstBetterAuth(databaseUrl: string): Promise<Result> {
  const keys = await makeKeys(databaseUrl);
  const server = await startMount("main.ts", databaseUrl, { TRUSTED_PROXIES: "0", DATABASE_POOL_SIZE: "10" });
  const peer = await startPeer<{ url: string; keys: string[] }>("better-auth.mjs", databaseUrl);
  try {
    const [ours = Number.NaN, theirs = Number.NaN] = await throughputInTurns([
      { url: server.url, requests: withKeys(keys) },
      { url: peer.url, requests: withKeys(peer.keys, "/") },
    ]);
    return {
      what: "GET /key against Better Auth's verifyApiKey",
      figure: ours / theirs,
      bar: 10,
      aim: 20,
      detail: `${Math.round(ours)}/s against ${Math.round(theirs)}/s of Better Auth, medians of turns`,
    };
  } finally {
    await peer.stop();
    await server.stop();
  }
}

/** As much of it as is used here: it has no part in this package's types. */
interface RateLimiterFlexible {
  RateLimiterMemory: new (options: {
    points: number;
    duration: number;
  }) => { consume(subject: string): Promise<unknown> };
}

const SUBJECTS = 1_000;
const DECISIONS = 200_000;

/** The limiter alone, in the process: one policy a minute for each of a thousand subjects. */
async function againstRateLimiterFlexible(): Promise<Result> {
  const entry = pathToFileURL(path.join(PEERS, "node_modules/rate-limiter-flexible/index.js")).href;
  const { default: peer } = (await import(entry)) as { default: RateLimiterFlexible };
  const limit = 1_000_000;
  const theirs = new peer.RateLimiterMemory({ points: limit, duration: 60 });
  const ours = createMemoryLimiter({ clock: { now: () => new Date() } });
  const policies = keyPolicies({ minute: limit });
  const subjects = Array.from({ length: SUBJECTS }, () => keySubject(newId("key")));
  const decide = (consume: (subject: string) => Promise<unknown>) =>
    perSecond(DECISIONS, async () => {
      for (let call = 0; call < DECISIONS; call++) await consume(subjects[call % SUBJECTS] ?? "");
    });
  const decided = await inTurns(
    3,
    () => decide((subject) => ours.consume(subject, policies)),
    () => decide((subject) => theirs.consume(subject)),
  );
  return {
    what: "decisions of the limiter against rate-limiter-flexible, in memory",
    figure: decided.ours / decided.reference,
    bar: 1,
    aim: 2,
    detail: `${Math.round(decided.ours)}/s against ${Math.round(decided.reference)}/s, one policy, ${SUBJECTS} subjects`,
  };
}
