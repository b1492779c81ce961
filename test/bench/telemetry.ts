import type { Sql } from "postgres";
import { maskLicenseKey } from "@/contracts/licenses";
import { type SentEvent, sendTelemetrySchema } from "@/contracts/schemas/telemetry";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "@/server/services/context";
import { ingestTelemetry } from "@/server/services/telemetry";
import type { Result } from "./result";
import { inTurns, onRuntime, perSecond } from "./runtime";

const BATCH = 1_000;
const BATCHES = 40;
const PARALLEL = 4;
const ROUNDS = 4;
const LICENSES = 1_000;

/** What an event's row has of its licence. */
interface Licence {
  id: string;
  maskedKey: string;
  customerId: string;
}

/** Assigned licences, each active on one device; returns them by their keys. */
async function makeLicenses(sql: Sql): Promise<Map<string, Licence>> {
  const owner = newId("cus");
  await sql`insert into customers (id, environment, email, created_at, updated_at)
    values (${owner}, 'production', 'owner@acme.example', now(), now())`;
  const keys = Array.from({ length: LICENSES }, (_, number) => `BENCH-${number}`);
  const ids = keys.map(() => newId("lic"));
  await sql`insert into licenses (id, environment, key, product, customer_id, activation_count, created_at, updated_at)
    select wanted.id, 'production', wanted.key, 'Bench', ${owner}, 1, now(), now()
    from unnest(${ids}::text[], ${keys}::text[]) as wanted (id, key)`;
  await sql`insert into activations (id, environment, license_id, identifier, created_at)
    select wanted.act, 'production', wanted.lic, 'device-' || wanted.lic, now()
    from unnest(${ids.map(() => newId("act"))}::text[], ${ids}::text[]) as wanted (act, lic)`;
  return new Map(
    keys.map((key, number) => [
      key,
      { id: ids[number] ?? "", maskedKey: maskLicenseKey(key), customerId: owner },
    ]),
  );
}

/** A body as an app in the field sends it, as text. */
function body(keys: readonly string[], batch: number): string {
  const events = Array.from({ length: BATCH }, (_, index) => ({
    type: index % 5 === 0 ? "app.start" : "feature.use",
    product: "Bench",
    version: "4.2.0",
    licenseKey: keys[(batch * 7 + index) % keys.length],
    identifier: `device-${index}`,
    data: { feature: `panel-${index % 12}`, ms: index },
  }));
  return JSON.stringify({ events });
}

/** Inserts the rows that the events become, found out beforehand: each is of a device on which its licence is not active. */
async function insertPlain(
  sql: Sql,
  events: readonly SentEvent[],
  licences: ReadonlyMap<string, Licence>,
): Promise<void> {
  const column = (value: (event: SentEvent) => string) => events.map(value);
  const ofLicence = (name: keyof Licence) =>
    column(({ licenseKey }) => licences.get(licenseKey ?? "")?.[name] ?? "");
  await sql`
    insert into telemetry_events (id, environment, received_at, type, at, product, version, license_id, license_key, customer_id,
      identifier, data, flags)
    select id, 'production', now(), type, now(), product, version, license_id, key, customer_id, identifier, data::jsonb,
      '{not_activated}'
    from unnest(
      ${column(() => newId("evt"))}::text[], ${column(({ type }) => type)}::text[],
      ${column(({ product }) => product ?? "")}::text[], ${column(({ version }) => version ?? "")}::text[],
      ${ofLicence("id")}::text[], ${ofLicence("maskedKey")}::text[], ${ofLicence("customerId")}::text[],
      ${column(({ identifier }) => identifier ?? "")}::text[], ${column(({ data }) => JSON.stringify(data))}::text[]
    ) as event (id, type, product, version, license_id, key, customer_id, identifier, data)`;
}

/** Works through all batches, some at once. */
async function each(bodies: readonly string[], store: (body: string) => Promise<unknown>): Promise<void> {
  const waiting = [...bodies];
  const worker = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) await store(next);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

/**
 * What it costs to check, look up, flag and count the events of full batches, from the text of the body on, against a
 * plain insert of the same rows.
 */
export function telemetryBenchmarks(databaseUrl: string): Promise<Result[]> {
  return onRuntime(databaseUrl, async ({ runtime, context }) => {
    const sql = runtime.databases.owner.$client;
    const licences = await makeLicenses(sql);
    const keys = [...licences.keys()];
    const bodies = Array.from({ length: BATCHES }, (_, batch) => body(keys, batch));
    const sender: ServiceContext = context({
      kind: "key",
      id: newId("key"),
      name: "bench",
      environment: "production",
      permissions: ["telemetry:write"],
      customers: null,
    });
    const measured = async (store: (body: string) => Promise<unknown>) => {
      await sql`truncate telemetry_events`;
      return perSecond(BATCH * BATCHES, () => each(bodies, store));
    };
    const { ours, reference } = await inTurns(
      ROUNDS,
      () => measured((text) => ingestTelemetry(sender, parse(sendTelemetrySchema, JSON.parse(text)))),
      () => measured((text) => insertPlain(sql, JSON.parse(text).events, licences)),
    );
    return [
      {
        what: "telemetry in batches of 1,000 against a plain INSERT of them",
        figure: ours / reference,
        bar: 0.5,
        aim: 0.7,
        detail: `${Math.round(ours)} events/s (aim 20000) against ${Math.round(reference)}/s`,
      },
    ];
  });
}
