import { startMount } from "@test/support/mounts";
import { listKeysSchema } from "@/contracts/keys";
import { listKeys } from "@/server/services/keys";
import { fillKeys } from "./fill-keys";
import { keyQuestions } from "./key-questions";
import { makeKeys } from "./keys";
import { throughput, withKeys } from "./load";
import { askAll, slowestOf } from "./questions";
import type { Result } from "./result";
import { onRuntime } from "./runtime";

const KEYS = 1_000_000;

/** What a million keys cost, against a thousand: each call of the public API, and each question of the console's list. */
export async function millionKeysBenchmarks(databaseUrl: string): Promise<Result[]> {
  const keys = await makeKeys(databaseUrl);
  const rotation = withKeys(keys);
  const rate = async () => {
    const { url, stop } = await startMount("main.ts", databaseUrl, {
      TRUSTED_PROXIES: "0",
      DATABASE_POOL_SIZE: "10",
    });
    try {
      return await throughput(url, rotation);
    } finally {
      await stop();
    }
  };
  const few = await rate();
  await fillKeys(databaseUrl, KEYS - keys.length);
  const many = await rate();
  return [
    {
      what: "GET /key with 1,000,000 keys against 1,000 keys",
      figure: many / few,
      bar: 0.9,
      aim: 1,
      detail: `${Math.round(many)}/s against ${Math.round(few)}/s, 1,000 of them in rotation`,
    },
    await slowestQuestion(databaseUrl),
  ];
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
