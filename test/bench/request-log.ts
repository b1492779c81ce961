import { newId } from "@/server/core/ids";
import { isWellFormedKey } from "@/server/core/key-format";
import type { Platform } from "@/server/platform";
import { createRestApp } from "@/server/rest/app";
import type { DoorKey } from "@/server/services/keys";
import { findDoorKey } from "@/server/services/keys";
import { type LoggedCall, RequestRecorder } from "@/server/services/requests";
import { makeKeys } from "./keys";
import { onPlatform } from "./platform";
import type { Result } from "./result";

const ROWS = 100_000;
const CALLS = 6_000;
const PARALLEL = 16;
const ROUNDS = 3;

/** Where the log is to cost nothing, for comparison. */
class NoLog extends RequestRecorder {
  override room(): null {
    return null;
  }

  override record(): void {}
}

/** The log's writer: rows a second while calls are being served, and what a call pays for being logged. */
export async function requestLogBenchmarks(databaseUrl: string): Promise<Result[]> {
  const keys = await makeKeys(databaseUrl);
  return onPlatform(databaseUrl, async ({ platform }) => [
    await rowsPerSecond(platform, keys),
    await costOfLogging(platform, keys),
  ]);
}

async function rowsPerSecond(platform: Platform, secrets: readonly string[]): Promise<Result> {
  const keys = await Promise.all(
    secrets.filter(isWellFormedKey).map((secret) => findDoorKey(platform, secret)),
  );
  const known = keys.filter((key) => key !== null);
  const stop = new AbortController();
  const serving = serve(platform, secrets, stop.signal);
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const recorder = new RequestRecorder(platform);
    const start = performance.now();
    for (let number = 0; number < ROWS; number++) {
      const room = recorder.room();
      if (room) await room;
      recorder.record(loggedCall(known[number % known.length] as DoorKey, number));
    }
    await recorder.close();
    if (recorder.figures.written !== ROWS)
      throw new Error(`${recorder.figures.written} of ${ROWS} rows written`);
    best = Math.max(best, (ROWS / (performance.now() - start)) * 1_000);
  }
  stop.abort();
  const served = await serving;
  return {
    what: "log rows written per second, while serving",
    ratio: best,
    bar: 10_000,
    aim: 30_000,
    detail: `${Math.round(best)} rows/s of ${known.length} keys, next to ${served} calls served`,
  };
}

/** Makes calls one after the other until told to stop. @returns how many */
async function serve(platform: Platform, secrets: readonly string[], stop: AbortSignal): Promise<number> {
  const ask = askOf(platform, secrets);
  let served = 0;
  for (; !stop.aborted; served++) await ask(served);
  return served;
}

function askOf(platform: Platform, secrets: readonly string[]): (number: number) => Promise<void> {
  const app = createRestApp(platform);
  return async (number) => {
    const headers = { authorization: `Bearer ${secrets[number % secrets.length]}` };
    const request = new Request("http://bench.example/api/v1/production/key", { headers });
    const answer = await app.fetch(request, { socketAddress: "198.51.100.7" });
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  };
}

/** One call of ten is refused. */
function loggedCall(key: DoorKey, number: number): LoggedCall {
  const refused = number % 10 === 0;
  return {
    at: new Date(),
    requestId: newId("req"),
    environment: "production",
    method: "GET",
    route: { name: "GET /customers/{id}", permission: "customers:read" },
    path: `/api/v1/production/customers/${newId("cus")}`,
    query: number % 3 === 0 ? "limit=20&search=acme" : "",
    bodyCustomer: undefined,
    status: refused ? 404 : 200,
    problem: refused ? JSON.stringify({ code: "not_found", detail: "There is nothing here." }) : undefined,
    decision: {
      refusedBy: null,
      key,
      limits: { allowed: true, retryAfterMs: 0, degraded: false, policies: [] },
    },
    durationMs: 1.25,
    address: `198.51.100.${number % 250}`,
    agent: "acme-sync/2.1 (linux; x64)",
    requestBytes: 0,
    responseBytes: 512,
  };
}

/** Calls a second with the log and without it, in turns: the writing in the background is part of the price. */
async function costOfLogging(platform: Platform, secrets: readonly string[]): Promise<Result> {
  const best = { with: 0, without: 0 };
  const silent = { ...platform, requestLog: new NoLog(platform) };
  for (let round = 0; round < ROUNDS; round++) {
    best.without = Math.max(best.without, await callsPerSecond(silent, secrets));
    best.with = Math.max(best.with, await callsPerSecond(platform, secrets));
  }
  return {
    what: "a call with the log against the same without it, in process",
    ratio: best.with / best.without,
    bar: 0.6,
    aim: 0.8,
    detail: `${Math.round(best.with)}/s against ${Math.round(best.without)}/s`,
  };
}

async function callsPerSecond(platform: Platform, secrets: readonly string[]): Promise<number> {
  const ask = askOf(platform, secrets);
  let next = 0;
  const start = performance.now();
  const worker = async () => {
    while (next < CALLS) await ask(next++);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  await platform.requestLog.flush();
  return (CALLS / (performance.now() - start)) * 1_000;
}
