import { type SQL, sql } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import type { SentEvent } from "@/contracts/schemas/telemetry";
import type { TelemetryFlag } from "@/contracts/telemetry";
import { newId } from "@/server/core/ids";
import { arrayLiteral } from "@/server/database/array-literal";
import { hasCome } from "@/server/database/ends";
import { cleanEvent } from "./clean-event";

const flag = (name: TelemetryFlag) => sql.raw(`'${name}'`);

/**
 * One statement that finds each event's licence and activation, flags what is odd, stores the batch, adds it to the
 * day's figures and answers how many there were. Row-level security holds for the look-up as well, so a licence out of
 * reach is an unknown one. Revoked, suspended and expired follow contracts/licenses.ts licenseStatus.
 *
 * The figures stand before the events because Postgres works on the last part first: the day's row, for which all batches of an
 * environment wait in turn, is then locked when the events are in. Events go in by id, so that each index grows at its end.
 */
export function storeStatement(events: readonly SentEvent[], environment: Environment, now: Date): SQL {
  const at = sql`${now.toISOString()}::timestamptz`;
  const rows = events.map(cleanEvent);
  const column = (values: (string | null)[]) => sql`${arrayLiteral(values)}::text[]`;
  return sql`
    with sent as (
      select id, type, coalesce(at::timestamptz, ${at}) as at, product, version, license_key, masked_key, identifier,
        data::jsonb, altered::boolean
      from unnest(
        ${column(events.map(() => newId("evt")))}, ${column(rows.map(({ type }) => type))},
        ${column(events.map((event) => event.at ?? null))}, ${column(rows.map(({ product }) => product))},
        ${column(rows.map(({ version }) => version))}, ${column(rows.map(({ licenseKey }) => licenseKey))},
        ${column(rows.map(({ maskedKey }) => maskedKey))}, ${column(rows.map(({ identifier }) => identifier))},
        ${column(rows.map(({ data }) => data))}, ${column(rows.map(({ altered }) => String(altered)))}
      ) as sent (id, type, at, product, version, license_key, masked_key, identifier, data, altered)
    ), checked as (
      select sent.*, licenses.id as license_id, licenses.customer_id, array_remove(array[
        case
          when sent.license_key is null then null
          when licenses.id is null then ${flag("unknown_license")}
          when licenses.revoked_at is not null then ${flag("license_revoked")}
          when licenses.suspended_at is not null then ${flag("license_suspended")}
          when ${hasCome(sql`licenses.expires_at`, now)} then ${flag("license_expired")}
        end,
        case
          when licenses.id is not null and sent.identifier is not null and activations.id is null
          then ${flag("not_activated")}
        end,
        case when sent.altered then ${flag("unreadable_text")} end
      ], null) as flags
      from sent
      left join licenses on licenses.environment = ${environment} and licenses.key = sent.license_key
      left join activations on activations.license_id = licenses.id
        and activations.identifier = sent.identifier and activations.deactivated_at is null
    ), counted as (
      insert into telemetry_daily as present (environment, day, accepted, flagged)
      select ${environment}, ${now.toISOString().slice(0, 10)}::date, count(*), count(*) filter (where flags <> '{}')
      from checked
      on conflict (environment, day) do update
      set accepted = present.accepted + excluded.accepted, flagged = present.flagged + excluded.flagged
    ), stored as (
      insert into telemetry_events (
        id, environment, received_at, type, at, product, version,
        license_id, license_key, customer_id, identifier, data, flags
      )
      select id, ${environment}, ${at}, type, at, product, version,
        license_id, masked_key, customer_id, identifier, data, flags
      from checked
      order by id
    )
    select count(*)::int as accepted, (count(*) filter (where flags <> '{}'))::int as flagged from checked`;
}
