import { findKey } from "@/gateway/authenticate/look-up";
import type { VerifiedKey } from "@/gateway/authenticate/verified-key";
import { createFetchHandler } from "@/gateway/http/fetch-handler";
import { RequestLog } from "@/gateway/request-log/request-log";
import type { LoggedCall } from "@/gateway/request-log/rows";
import { newId } from "@/server/core/ids";
import { isWellFormedKey } from "@/server/core/key-format";
import type { Runtime } from "@/server/runtime/runtime";
import { makeKeys } from "./keys";
import { median } from "./median";
import type { Result } from "./result";
import { inTurns, onRuntime } from "./runtime";

const ROWS = 100_000;
const CALLS = 6_000;
const PARALLEL = 16;
const ROUNDS = 3;

/** Where the log is to cost nothing, for comparison. */
class NoLog extends RequestLog {
  override waitForCapacity(): null {
    return null;
  }

  override record(): void {}
}

/** The log's writer: rows a second while calls are being served, and what a call pays for being logged. */
export async function requestLogBenchmarks(databaseUrl: string): Promise<Result[]> {
  const keys = await makeKeys(databaseUrl);
  return onRuntime(databaseUrl, async ({ runtime }) => [
    await rowsPerSecond(runtime, keys),
    await costOfLogging(runtime, keys),
  ]);
}

async function rowsPerSecond(runtime: Runtime, secrets: readonly string[]): Promise<Result> {
  const keys = await Promise.all(secrets.filter(isWellFormedKey).map((secret) => findKey(runtime, secret)));
  const known = keys.filter((key) => key !== null);
  const stop = new AbortController();
  const serving = serve(runtime, secrets, stop.signal);
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const recorder = new RequestLog(runtime);
    // Before, since to make one up takes as long as to format its row.
    const calls = Array.from({ length: ROWS }, (_, number) =>
      loggedCall(known[number % known.length] as VerifiedKey, number),
    );
    const start = performance.now();
    for (const call of calls) {
      const room = recorder.waitForCapacity();
      if (room) await room;
      recorder.record(call);
    }
    await recorder.close();
    if (recorder.stats.written !== ROWS) throw new Error(`${recorder.stats.written} of ${ROWS} rows written`);
    rates.push((ROWS / (performance.now() - start)) * 1_000);
  }
  stop.abort();
  const served = await serving;
  return {
    what: "log rows written, while serving",
    figure: median(rates),
    unit: "/s",
    bar: 30_000,
    aim: 60_000,
    detail: `${Math.round(median(rates))} rows/s of ${known.length} keys, next to ${served} calls served`,
  };
}

/** Makes calls one after the other until told to stop. @returns how many */
async function serve(runtime: Runtime, secrets: readonly string[], stop: AbortSignal): Promise<number> {
  const ask = askOf(runtime, secrets);
  let served = 0;
  for (; !stop.aborted; served++) await ask(served);
  return served;
}

function askOf(runtime: Runtime, secrets: readonly string[]): (number: number) => Promise<void> {
  const app = createFetchHandler(runtime);
  return async (number) => {
    const headers = { authorization: `Bearer ${secrets[number % secrets.length]}` };
    const request = new Request("http://bench.example/api/v1/production/key", { headers });
    const answer = await app(request, "198.51.100.7");
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  };
}

/** One call of ten is refused. */
function loggedCall(key: VerifiedKey, number: number): LoggedCall {
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
    auth: {
      refusedBy: null,
      key,
      limits: { decidedAt: Date.now(), allowed: true, retryAfterMs: 0, degraded: false, policies: [] },
    },
    durationMs: 1.25,
    address: `198.51.100.${number % 250}`,
    agent: "acme-sync/2.1 (linux; x64)",
    requestBytes: 0,
    responseBytes: 512,
  };
}

/** Calls a second with the log and without it, in turns: the writing in the background is part of the price. */
async function costOfLogging(runtime: Runtime, secrets: readonly string[]): Promise<Result> {
  const silent = { ...runtime, requestLog: new NoLog(runtime) };
  const { ours, reference } = await inTurns(
    ROUNDS,
    () => callsPerSecond(runtime, secrets),
    () => callsPerSecond(silent, secrets),
  );
  return {
    what: "a call with the log against the same without it, in process",
    figure: ours / reference,
    bar: 0.6,
    aim: 0.8,
    detail: `${Math.round(ours)}/s against ${Math.round(reference)}/s`,
  };
}

async function callsPerSecond(runtime: Runtime, secrets: readonly string[]): Promise<number> {
  const ask = askOf(runtime, secrets);
  let next = 0;
  const start = performance.now();
  const worker = async () => {
    while (next < CALLS) await ask(next++);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  await runtime.requestLog.flush();
  return (CALLS / (performance.now() - start)) * 1_000;
}
