import { startMount } from "@test/support/mounts";
import { listKeysSchema } from "@/contracts/schemas/keys";
import { listKeys } from "@/server/services/keys";
import type { BenchOptions } from "./benchmarks";
import { fillKeys } from "./fill-keys";
import { keyQuestions } from "./key-questions";
import { makeKeys } from "./keys";
import { throughput, withKeys } from "./load";
import { mediansInTurns } from "./median";
import { askAll, slowestOf } from "./questions";
import type { Result } from "./result";
import { onRuntime } from "./runtime";

const KEYS = 1_000_000;

const TURNS = 3;

/**
 * What a million keys cost, against a thousand: each call of the public API, in turns on two Postgres, and each question of the
 * console's list.
 */
export async function millionKeysBenchmarks(
  databaseUrl: string,
  _options: BenchOptions,
  smallUrl: string,
): Promise<Result[]> {
  const [keys, few] = [await makeKeys(databaseUrl), await makeKeys(smallUrl)];
  await fillKeys(databaseUrl, KEYS - keys.length);
  const [many = Number.NaN, small = Number.NaN] = await mediansInTurns(TURNS, [
    () => rate(databaseUrl, keys),
    () => rate(smallUrl, few),
  ]);
  return [
    {
      what: "GET /key with 1,000,000 keys against 1,000 keys",
      figure: many / small,
      bar: 0.9,
      aim: 1,
      detail: `${Math.round(many)}/s against ${Math.round(small)}/s, 1,000 of them in rotation; medians of turns, each of a server that has just started`,
    },
    await slowestQuestion(databaseUrl),
  ];
}

/** Calls a second of a server that has just started, so that the other one's runs nothing in the background meanwhile. */
async function rate(databaseUrl: string, keys: readonly string[]): Promise<number> {
  const settings = { TRUSTED_PROXIES: "0", DATABASE_POOL_SIZE: "10" };
  const { url, stop } = await startMount("main.ts", databaseUrl, settings);
  try {
    return await throughput(url, withKeys(keys), 1);
  } finally {
    await stop();
  }
}

const ROUNDS = 3;

/** The console's list of keys: the question that takes longest. */
function slowestQuestion(databaseUrl: string): Promise<Result> {
  return onRuntime(databaseUrl, async ({ context }) => {
    const questions = Object.fromEntries(
      keyQuestions().map((asked) => {
        const input = listKeysSchema.parse(asked);
        return [JSON.stringify(asked), () => listKeys(context(), input)];
      }),
    );
    const asked = await askAll(questions, ROUNDS);
    return slowestOf("console list of 1,000,000 keys, the slowest sort and filter", asked, 100, 20);
  });
}
