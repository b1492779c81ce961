import { startMount } from "@test/support/mounts";
import postgres from "postgres";
import { type ListKeysInput, listKeysSchema } from "@/contracts/keys";
import { listKeys } from "@/server/services/keys";
import { makeKeys } from "./keys";
import { median, throughput, withKeys } from "./load";
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

/** Keys like those that are there, of all environments and ages, which nobody has the secrets of. */
async function fillKeys(databaseUrl: string, count: number): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    // Made anew afterwards, all at once: row by row the words alone would take minutes.
    const indexes = await sql<{ name: string; definition: string }[]>`
      select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
      where indrelid = 'api_keys'::regclass and not indisunique`;
    for (const { name } of indexes) await sql.unsafe(`drop index ${name}`);
    await sql`
      insert into api_keys (id, name, description, environment, digest, pepper_check, masked_key, permissions,
        rate_limits, tags, owner_email, expires_at, revoked_at, revoked_by, last_used_at, created_by, created_at, updated_at)
      select 'key_0' || substr(md5(n::text), 1, 25), 'Integration ' || n, 'Made for a benchmark',
        (array['production', 'staging', 'development'])[1 + n % 3], sha256(n::text::bytea), one.pepper_check,
        'kw_prod_' || substr(md5(n::text), 1, 4) || '…' || substr(md5(n::text), 5, 4),
        case when n % 2 = 0 then array['customers:read'] else array['licenses:read', 'customers:write'] end,
        '{"minute": 60}'::jsonb, case when n % 50 = 0 then array['web-shop'] else '{}' end,
        case when n % 10 = 0 then 'owner' || n % 100 || '@acme.example' end,
        case when n % 5 = 0 then now() + (n % 700 - 200) * interval '1 day' end,
        case when n % 20 = 0 then now() - interval '1 day' end, case when n % 20 = 0 then 'somebody' end,
        case when n % 3 > 0 then now() - (n % 200) * interval '1 day' end,
        'bench', now() - n * interval '1 minute', now()
      from generate_series(1, ${count}::int) as n, (select pepper_check from api_keys limit 1) one`;
    for (const { definition } of indexes) await sql.unsafe(definition);
    // As autovacuum would leave it.
    await sql`vacuum analyze api_keys`;
  } finally {
    await sql.end();
  }
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
const BAR_MS = 100;

/** The console's list of keys: the question that takes longest. */
function slowestQuestion(databaseUrl: string): Promise<Result> {
  return onRuntime(databaseUrl, async ({ context }) => {
    const times: { ms: number; question: string }[] = [];
    for (const asked of QUESTIONS) {
      const input = listKeysSchema.parse(asked);
      const question = JSON.stringify(asked);
      const rounds: number[] = [];
      for (let round = 0; round <= ROUNDS; round++) {
        const begun = performance.now();
        const isAnswered = await listKeys(context(), input).then(
          () => true,
          () => false,
        );
        const ms = performance.now() - begun;
        // Given up by the database's own limit: it takes longer still.
        if (!isAnswered) {
          times.push({ ms, question: `${question}, which was not answered` });
          break;
        }
        // The first one warms up.
        if (round > 0) rounds.push(ms);
      }
      if (rounds.length === ROUNDS) times.push({ ms: median(rounds), question });
    }
    times.sort((a, b) => b.ms - a.ms);
    const over = times.filter(({ ms }) => ms > BAR_MS);
    return {
      what: "console list of 1,000,000 keys, the slowest sort and filter, in ms",
      figure: times[0]?.ms ?? Number.NaN,
      bar: BAR_MS,
      aim: 20,
      kind: "cost",
      detail: `${times.length} asked; over the bar: ${over.map(({ ms, question }) => `${question} ${ms.toFixed(0)} ms`).join("; ") || "none"}`,
    };
  });
}
