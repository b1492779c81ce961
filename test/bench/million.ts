import { startMount } from "@test/support/mounts";
import { type ListKeysInput, listKeysSchema } from "@/contracts/keys";
import { listKeys } from "@/server/services/keys";
import { fillKeys } from "./fill-keys";
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

/** Every order, forwards and backwards, and every filter, alone and with others. */
const QUESTIONS: readonly ListKeysInput[] = [
  ...(["createdAt", "name", "lastUsedAt", "expiresAt"] as const).flatMap((sort) =>
    (["asc", "desc"] as const).map((direction) => ({ sort, direction })),
  ),
  { environment: "staging" },
  { statuses: ["active"] },
  { statuses: ["inactive"] },
  { statuses: ["expired"], environment: "production" },
  { permission: "licenses:read" },
  { permission: "keys:verify" },
  { owner: "owner10@acme.example" },
  { owner: "none", sort: "name", direction: "asc" },
  { tag: "web-shop" },
  { tag: "nowhere" },
  { lastUse: "never" },
  { lastUse: "over90Days", sort: "lastUsedAt", direction: "asc" },
  { expiry: "never" },
  { search: "integration 4711" },
  { search: "nowhere" },
  { search: "benchmark", statuses: ["active"], sort: "name", direction: "asc" },
];

const ROUNDS = 5;

/** The console's list of keys: the question that takes longest. */
function slowestQuestion(databaseUrl: string): Promise<Result> {
  return onRuntime(databaseUrl, async ({ context }) => {
    const questions = Object.fromEntries(
      QUESTIONS.map((asked) => {
        const input = listKeysSchema.parse(asked);
        return [JSON.stringify(asked), () => listKeys(context(), input)];
      }),
    );
    const asked = await askAll(questions, ROUNDS);
    return slowestOf("console list of 1,000,000 keys, the slowest sort and filter", asked, 100, 20);
  });
}
