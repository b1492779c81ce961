import type postgres from "postgres";
import type { Id } from "@/contracts/ids";
import { DORMANT_DAYS } from "@/contracts/keys";
import { cleaned } from "@/contracts/text";
import { redactKeys } from "@/server/core/key-format";
import type { Logger } from "@/server/core/logger";
import { arrayLiteral } from "@/server/database/array-literal";
import type { Databases } from "@/server/database/connections";
import { withStatement } from "@/server/database/session";

/** One use of a key by a call that authenticated. */
export interface KeyUse {
  at: Date;
  ip: string | null;
  /** As it came. */
  agent: string | null;
  /** Method and path template, such as `GET /customers/{id}`. */
  route: string;
}

/** Half of the second that "last used" may lag. */
const FLUSH_AFTER_MS = 500;
const MAX_AGENT_LENGTH = 300;

/**
 * Keeps the latest use of each key and writes them together, off the path of the call. Holds one entry a key, so a
 * million calls of one key are one update of a narrow row every half second.
 */
export class LastUseRecorder {
  #pending = new Map<Id<"key">, KeyUse>();
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly databases: Databases,
    private readonly logger: Logger,
  ) {}

  /** Notes a use. Returns at once. */
  record(id: Id<"key">, use: KeyUse): void {
    const known = this.#pending.get(id);
    if (!known || known.at <= use.at) this.#pending.set(id, use);
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_AFTER_MS).unref();
  }

  /** Writes what is pending; resolves when all of it is in the database, or has been put back after a failure. */
  flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    // One write at a time: two would lock the same rows in different orders.
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const uses = [...this.#pending].sort(([left], [right]) => (left < right ? -1 : 1));
    if (uses.length === 0) return;
    this.#pending = new Map();
    try {
      await withStatement(this.databases.records, (sql) => writeUses(sql, uses));
    } catch (error) {
      this.logger.warn(
        { err: error, keys: uses.length },
        "Could not write last use; it is kept for the next attempt",
      );
      for (const [id, use] of uses) this.record(id, this.#pending.get(id) ?? use);
    }
  }
}

/** A client that sends its key there, by a mix-up of arguments, must not find it stored. */
function storedAgent(agent: string | null): string | null {
  return agent && cleaned(redactKeys(agent).slice(0, MAX_AGENT_LENGTH));
}

/**
 * Writes uses: each to the narrow table, and to the key itself where a minute has passed since the one that stands there.
 * Greater wins: with several processes an older use may arrive later.
 */
function writeUses(sql: postgres.ISql, uses: readonly [Id<"key">, KeyUse][]) {
  const dormant = sql`used.at - api_keys.last_used_at > ${DORMANT_DAYS} * interval '1 day'`;
  // As text: the driver takes as long for a column of keys as Postgres for its rows.
  const texts = (of: (use: [Id<"key">, KeyUse]) => string | null) =>
    sql`${arrayLiteral(uses.map(of))}::text::text[]`;
  return sql`
    with used as materialized (
      select use.*, last_used_at from unnest(
        ${texts(([id]) => id)}, ${texts(([, { at }]) => at.toISOString())}::timestamptz[], ${texts(([, { ip }]) => ip)},
        ${texts(([, { agent }]) => storedAgent(agent))}, ${texts(([, { route }]) => route)}
      ) as use (id, at, ip, agent, route)
      join api_keys using (id)
    ), latest as (
      insert into api_key_uses as present (key_id, at, ip, agent, route)
      select id, at, ip, agent, route from used
      on conflict (key_id) do update
        set at = excluded.at, ip = excluded.ip, agent = excluded.agent, route = excluded.route
        where present.at < excluded.at
    ), due as materialized (
      -- In the order of their ids, as whoever locks several keys does: two of them would wait for each other.
      select used.* from used join api_keys using (id)
      where used.last_used_at is null or used.last_used_at < used.at - interval '1 minute'
      order by id for no key update of api_keys
    )
    update api_keys set last_used_at = used.at, last_used_ip = used.ip, last_used_agent = used.agent,
      last_used_route = used.route,
      resumed_at = case when ${dormant} then used.at else resumed_at end,
      dormant_since = case when ${dormant} then api_keys.last_used_at else dormant_since end
    from due as used
    where api_keys.id = used.id
      and (api_keys.last_used_at is null or api_keys.last_used_at < used.at)`;
}
