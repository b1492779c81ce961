import { KEY_SHAPE, KEY_START_IN_ADDRESS } from "@/contracts/key-shape";
import { findKey } from "@/gateway/authenticate/look-up";
import type { ClickHouse } from "@/server/clickhouse/connection";
import type { Clock } from "@/server/core/clock";
import { newUuid } from "@/server/core/ids";
import { isWellFormedKey } from "@/server/core/key-format";
import type { Logger } from "@/server/core/logger";
import type { Databases } from "@/server/database/connections";
import { ensureRequestDays } from "@/server/database/day-partitions";
import { errorCode, isDataError, lacksPartition } from "@/server/database/errors";
import { withDriverTransaction, withStatement } from "@/server/database/session";
import type { KeyMaterial } from "@/server/services/context";
import type { DiskSpace } from "./log-limits";
import { decode } from "./redact";
import type { UsageTotals } from "./roll-up";
import { type Exposure, type LoggedCall, type Rows, rowsOf } from "./rows";
import { type BatchName, writeBatch } from "./statement";

export interface RequestLogParts {
  databases: Databases;
  clock: Clock;
  logger: Logger;
  keyMaterial: KeyMaterial;
  /** The disk that Postgres writes to; absent where this process cannot see it. */
  diskSpace?: (() => Promise<DiskSpace>) | undefined;
  /** Gets every row as well, once Postgres has it. */
  clickhouse?: ClickHouse | null;
}

/** Calls on their way to the database. Formatted once: a second attempt writes the very same rows. */
export interface Batch {
  calls: readonly LoggedCall[];
  /** Calls that are to have no row. */
  counted: UsageTotals;
  rows?: Rows;
  /** Among those of this writer; given with the first attempt. */
  number?: number;
}

const ANY_KEY = new RegExp(KEY_SHAPE, "g");
/** Whether a query is worth decoding. */
const HINT_OF_A_KEY = new RegExp(KEY_START_IN_ADDRESS, "i");
/** Keys looked up per call: whoever fills a query string with them must not have us look all of them up. */
const MAX_EXPOSED = 3;

/** Formats and writes one batch at a time; keeps nothing but how many there were. */
export class BatchWriter {
  readonly #name: string;
  #batches = 0;

  constructor(private readonly parts: RequestLogParts) {
    this.#name = newUuid(parts.clock.now().getTime());
  }

  /**
   * Writes a batch, all or none.
   * @param withRows false: only what is counted of it, which takes next to no room
   * @returns `refused` when the batch itself is what is wrong, so that trying again will not help; `failed` otherwise
   */
  async write(batch: Batch, withRows: boolean): Promise<"written" | "refused" | "failed"> {
    try {
      batch.rows ??= rowsOf(batch.calls, await this.#exposuresIn(batch.calls), batch.counted);
      batch.number ??= ++this.#batches;
      const name = { writer: this.#name, number: batch.number };
      await this.#store(name, batch.calls, batch.rows, withRows);
      return "written";
    } catch (error) {
      // Its code, not its text: Postgres quotes what it was given.
      const code = errorCode(error);
      const { logger } = this.parts;
      const isHopeless = code === undefined || isDataError(error);
      if (!isHopeless) {
        logger.warn(
          { code, calls: batch.calls.length + batch.counted.calls },
          "Could not write the request log; it is kept for the next attempt",
        );
        return "failed";
      }
      const [call] = batch.calls;
      if (batch.calls.length <= 1) {
        logger.error({ code, requestId: call?.requestId }, "A call could not be written to the request log");
      }
      return "refused";
    }
  }

  async #store(name: BatchName, calls: readonly LoggedCall[], rows: Rows, withRows: boolean): Promise<void> {
    const { records } = this.parts.databases;
    const write = () => withDriverTransaction(records, (sql) => writeBatch(sql, name, rows, withRows));
    try {
      await write();
    } catch (error) {
      if (!lacksPartition(error)) throw error;
      // The first calls of a day nobody prepared.
      const instants = calls.map(({ at }) => at);
      await withStatement(records, (sql) => ensureRequestDays(sql, instants));
      await write();
    }
  }

  /** Which keys of ours stood in query strings. The rows never hold them. */
  async #exposuresIn(calls: readonly LoggedCall[]): Promise<Exposure[]> {
    const sightings = calls.flatMap(({ query, at, requestId }) =>
      keysIn(query).map(async (text): Promise<Exposure[]> => {
        const key = await findKey(this.parts, text, { pool: this.parts.databases.records });
        return key ? [{ keyId: key.id, at, requestId }] : [];
      }),
    );
    return (await Promise.all(sightings)).flat();
  }
}

function keysIn(query: string): string[] {
  if (!HINT_OF_A_KEY.test(query)) return [];
  const found = decode(query).match(ANY_KEY) ?? [];
  return [...new Set(found)].filter(isWellFormedKey).slice(0, MAX_EXPOSED);
}
