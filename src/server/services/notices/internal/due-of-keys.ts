import { type SQL, sql } from "drizzle-orm";
import { DAY_MS, HOUR_MS } from "@/contracts/durations";
import type { Environment } from "@/contracts/environments";
import type { FindingEvidence } from "@/contracts/findings";
import type { Id } from "@/contracts/ids";
import { EXPIRY_REMINDER_DAYS, type NamedKey, type NoticeFacts, type NoticeKind } from "@/contracts/notices";
import type { Executor } from "@/server/database/connections";
import { minuteOf } from "@/server/database/request-columns";

/** How long ago something may have come about that is still told: Keyward itself may have been down meanwhile. */
const NEWS_DAYS = 7;

/** A key is new for so long: from where it is used then is no news. */
const FIRST_WEEK_DAYS = 7;

/** A key that was used from so many networks before is carried about by people's apps: another one is no news. */
const MANY_NETWORKS = 20;

/** Parts of an hour, in each of which calls have to be refused for it to be an hour over the limit. Seconds. */
const SLOT_SECONDS = 300;
const SLOTS = HOUR_MS / 1_000 / SLOT_SECONDS;

/** Whole hours that are looked at, so that one is not passed over where maintenance is late. */
const LIMIT_HOURS = 3;

/** What there is to tell of a key. */
export interface DueOfKey {
  key: NamedKey;
  ownerId: Id<"adm"> | null;
  /** Of a contact outside of the team who answers for it; null: there is none. */
  contact: string | null;
  occasion: string;
  facts: NoticeFacts;
}

interface KeyRow extends Record<string, unknown> {
  id: Id<"key">;
  name: string;
  environment: Environment;
  ownerId: Id<"adm"> | null;
  ownerEmail: string | null;
  occasion: string;
}

/** Finds what is due of one kind. At most so many, of keys after the given id, in their order. */
type Finder = (db: Executor, now: Date, after: string, limit: number) => Promise<DueOfKey[]>;

const KEY = sql`k.id, k.name, k.environment, k.owner_id as "ownerId", k.owner_email as "ownerEmail"`;

const ago = (now: Date, ms: number) => sql`${new Date(now.getTime() - ms).toISOString()}::timestamptz`;

/** What nobody was told yet. */
const untold = (kind: NoticeKind | SQL, occasion: SQL) =>
  sql`not exists (select from notices n where n.kind = ${kind} and n.subject_id = k.id and n.occasion = ${occasion})`;

function dueOf<Row extends KeyRow>(row: Row, factsOf: (key: NamedKey, row: Row) => NoticeFacts): DueOfKey {
  const { id, name, environment, ownerId, ownerEmail, occasion } = row;
  const key = { id, name, environment };
  const contact = ownerId === null ? ownerEmail : null;
  return { key, ownerId, contact, occasion, facts: factsOf(key, row) };
}

/**
 * The nearest of the reminders that have come, and only one that lies within the key's life: who makes a key for five days
 * knows that. Named by the expiry too, so that a key whose expiry is moved is told of anew.
 */
const expiring: Finder = async (db, now, after, limit) => {
  const days = sql.join(
    EXPIRY_REMINDER_DAYS.map((count) => sql`(${count}::int)`),
    sql`, `,
  );
  const rows = await db.execute<KeyRow & { expiresAt: string; ms: number }>(sql`
    select ${KEY}, told.occasion, (extract(epoch from k.expires_at) * 1000)::float8 as ms
    from api_keys k
    cross join lateral (
      select min(reminder.days) as days from (values ${days}) as reminder (days)
      where k.expires_at <= ${ago(now, 0)} + reminder.days * interval '1 day'
    ) as nearest
    cross join lateral (
      select (extract(epoch from k.expires_at) * 1000)::bigint || ' ' || nearest.days as occasion
    ) as told
    where k.deleted_at is null and k.revoked_at is null
      and coalesce(k.expires_at, 'infinity') > ${ago(now, 0)}
      and coalesce(k.expires_at, 'infinity') <= ${ago(now, -Math.max(...EXPIRY_REMINDER_DAYS) * DAY_MS)}
      and k.created_at <= k.expires_at - nearest.days * interval '1 day'
      and k.id > ${after} and ${untold("key_expiring", sql`told.occasion`)}
    order by k.id limit ${limit}`);
  return rows.map((row) =>
    dueOf(row, (key) => ({
      kind: "key_expiring",
      key,
      expiresAt: new Date(row.ms).toISOString(),
      daysLeft: Math.ceil((row.ms - now.getTime()) / DAY_MS),
    })),
  );
};

const expired: Finder = async (db, now, after, limit) => {
  const occasion = sql`(extract(epoch from k.expires_at) * 1000)::bigint::text`;
  const rows = await db.execute<KeyRow & { ms: number }>(sql`
    select ${KEY}, ${occasion} as occasion, (extract(epoch from k.expires_at) * 1000)::float8 as ms
    from api_keys k
    where k.deleted_at is null and k.revoked_at is null
      and coalesce(k.expires_at, 'infinity') <= ${ago(now, 0)}
      and coalesce(k.expires_at, 'infinity') > ${ago(now, NEWS_DAYS * DAY_MS)}
      and k.id > ${after} and ${untold("key_expired", occasion)}
    order by k.id limit ${limit}`);
  return rows.map((row) =>
    dueOf(row, (key) => ({ kind: "key_expired", key, expiresAt: new Date(row.ms).toISOString() })),
  );
};

/** Findings of keys that are active, unless somebody has said that they are known. */
const findings: Finder = async (db, now, after, limit) => {
  const kind = sql`case f.kind when 'silent' then 'key_silent' else 'key_finding' end`;
  const rows = await db.execute<KeyRow & { evidence: FindingEvidence }>(sql`
    select ${KEY}, f.id as occasion, f.evidence
    from findings f join api_keys k on k.id = f.key_id
    where f.kind in ('silent', 'over_privileged', 'dormant') and f.muted_at is null
      and f.first_seen_at > ${ago(now, NEWS_DAYS * DAY_MS)}
      and k.deleted_at is null and k.revoked_at is null and coalesce(k.expires_at, 'infinity') > ${ago(now, 0)}
      and k.id > ${after} and ${untold(kind, sql`f.id`)}
    order by k.id limit ${limit}`);
  return rows.map((row) =>
    dueOf(row, (key, { evidence }) =>
      evidence.kind === "silent"
        ? { kind: "key_silent", key, revokedAt: evidence.revokedAt }
        : { kind: "key_finding", key, finding: evidence.kind === "dormant" ? "dormant" : "over_privileged" },
    ),
  );
};

/** The networks of one day are one occasion: a key that moves with its machine is told of once. */
const newNetworks: Finder = async (db, now, after, limit) => {
  const day = sql`to_char(first.at at time zone 'UTC', 'YYYY-MM-DD')`;
  const rows = await db.execute<KeyRow & { network: string; ms: number; more: number }>(sql`
    select ${KEY}, ${day} as occasion, first.network, first.more, (extract(epoch from first.at) * 1000)::float8 as ms
    from (
      select w.key_id, min(w.first_seen_at) as at, (array_agg(w.network::text order by w.first_seen_at))[1] as network,
        count(*)::int - 1 as more
      from key_networks w
      where w.first_seen_at > ${ago(now, NEWS_DAYS * DAY_MS)}
        and exists (
          select from key_networks known where known.key_id = w.key_id
            and known.first_seen_at <= w.first_seen_at - ${FIRST_WEEK_DAYS} * interval '1 day'
        )
      group by w.key_id, (w.first_seen_at at time zone 'UTC')::date
    ) as first
    join api_keys k on k.id = first.key_id
    where k.deleted_at is null and k.revoked_at is null and k.id > ${after}
      and (select count(*) from key_networks known where known.key_id = k.id and known.first_seen_at < first.at)
        < ${MANY_NETWORKS}
      and ${untold("new_network", day)}
    order by k.id, first.at limit ${limit}`);
  return rows.map((row) =>
    dueOf(row, (key, { network, more }) => ({
      kind: "new_network",
      key,
      network,
      firstAt: new Date(row.ms).toISOString(),
      more,
    })),
  );
};

/**
 * Of the figures by the hour which keys come into question at all, and of the log, by its index of keys, whether it was the whole
 * hour. Once a day: a key that was told of is left out before its calls are read, of which there may be very many.
 */
const limitHits: Finder = async (db, now, after, limit) => {
  const thisHour = new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS);
  const day = sql`to_char(hit.hour at time zone 'UTC', 'YYYY-MM-DD')`;
  const rows = await db.execute<KeyRow & { ms: number; refused: number }>(sql`
    select ${KEY}, ${day} as occasion, hit.refused, (extract(epoch from hit.hour) * 1000)::float8 as ms
    from (
      select distinct on (u.key_id, u.hour::date) u.key_id, u.hour, u.refused
      from (
        select calls.key_id, calls.hour, sum(calls.calls)::float8 as refused from usage_hourly calls
        where calls.code = 'rate_limited' and calls.key_id > ${after}
          and calls.hour >= ${ago(thisHour, LIMIT_HOURS * HOUR_MS)} and calls.hour < ${ago(thisHour, 0)}
          and not exists (
            select from notices told where told.kind = 'limit_hit' and told.subject_id = calls.key_id
              and told.occasion = to_char(calls.hour at time zone 'UTC', 'YYYY-MM-DD')
          )
        group by calls.key_id, calls.hour having sum(calls.calls) >= ${SLOTS}
      ) as u
      where ${SLOTS} = (
        select count(distinct floor(extract(epoch from r.at) / ${SLOT_SECONDS})) from requests r
        where r.key_id = u.key_id and r.at >= u.hour and r.at < u.hour + interval '1 hour'
          and ${minuteOf(sql`r.at`)} between u.hour and u.hour + interval '59 minutes' and r.status = 429
          and r.code = 'rate_limited'
      )
      order by u.key_id, u.hour::date, u.hour
    ) as hit
    join api_keys k on k.id = hit.key_id
    where k.deleted_at is null and k.revoked_at is null and k.id > ${after} and ${untold("limit_hit", day)}
    order by k.id limit ${limit}`);
  return rows.map((row) =>
    dueOf(row, (key, { refused }) => ({
      kind: "limit_hit",
      key,
      hour: new Date(row.ms).toISOString(),
      refused,
    })),
  );
};

/** Everything that is found by looking, by what it looks for. */
export const FINDERS: Readonly<Record<string, Finder>> = {
  expiring,
  expired,
  findings,
  newNetworks,
  limitHits,
};
