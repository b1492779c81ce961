import { findKey } from "@/gateway/authenticate/look-up";
import type { ClickHouse } from "@/server/clickhouse/connection";
import type { Clock } from "@/server/core/clock";
import { newUuid } from "@/server/core/ids";
import type { Logger } from "@/server/core/logger";
import type { Databases } from "@/server/database/connections";
import { ensureRequestDays } from "@/server/database/day-partitions";
import { errorCode, isDataError, lacksPartition } from "@/server/database/errors";
import { requestIdOf } from "@/server/database/request-columns";
import { withDriverTransaction, withStatement } from "@/server/database/session";
import type { KeyMaterial } from "@/server/services/context";
import type { Exposure } from "./exposures";
import type { DiskSpace } from "./log-limits";
import { UsageTotals } from "./roll-up";
import { type LogEntry, type RequestRow, type Rows, rowsOf } from "./rows";
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

/** Calls on their way to the database. Their rows get their ids once: a second attempt writes the very same ones. */
export interface Batch {
  entries: readonly LogEntry[];
  /** Calls that are to have no row. */
  counted: UsageTotals;
  rows?: Rows;
  /** Among those of this writer; given with the first attempt. */
  number?: number;
}

/** To find the one row that Postgres does not take: figures apart from rows, then the rows by halves. Empty: no parts. */
export function partsOf({ entries, counted }: Batch): Batch[] {
  const none = new UsageTotals();
  if (entries.length > 0 && counted.calls > 0)
    return [
      { entries: [], counted },
      { entries, counted: none },
    ];
  if (entries.length < 2) return [];
  const middle = Math.ceil(entries.length / 2);
  return [entries.slice(0, middle), entries.slice(middle)].map((half) => ({ entries: half, counted: none }));
}

/** Writes one batch at a time; keeps nothing but how many there were. */
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
      batch.rows ??= rowsOf(batch.entries, await this.#exposuresIn(batch.entries), batch.counted);
      batch.number ??= ++this.#batches;
      const name = { writer: this.#name, number: batch.number };
      await this.#store(name, batch.rows, withRows);
      return "written";
    } catch (error) {
      // Its code, not its text: Postgres quotes what it was given.
      const code = errorCode(error);
      const { logger } = this.parts;
      const isHopeless = code === undefined || isDataError(error);
      if (!isHopeless) {
        logger.warn(
          { code, calls: batch.entries.length + batch.counted.calls },
          "Could not write the request log; it is kept for the next attempt",
        );
        return "failed";
      }
      const [entry] = batch.entries;
      if (batch.entries.length <= 1) {
        const requestId = entry && requestIdOfRow(entry.row);
        logger.error({ code, requestId }, "A call could not be written to the request log");
      }
      return "refused";
    }
  }

  async #store(name: BatchName, rows: Rows, withRows: boolean): Promise<void> {
    const { records } = this.parts.databases;
    const write = () => withDriverTransaction(records, (sql) => writeBatch(sql, name, rows, withRows));
    try {
      await write();
    } catch (error) {
      if (!lacksPartition(error)) throw error;
      // The first calls of a day nobody prepared.
      const instants = rows.requests.map(({ at }) => at);
      await withStatement(records, (sql) => ensureRequestDays(sql, instants));
      await write();
    }
  }

  /** Which of the keys that stood in query strings are ours. The rows never hold them. */
  async #exposuresIn(entries: readonly LogEntry[]): Promise<Exposure[]> {
    const sightings = entries.flatMap(({ row, exposed }) =>
      exposed.map(async (text): Promise<Exposure[]> => {
        const key = await findKey(this.parts, text, { pool: this.parts.databases.records });
        return key ? [{ keyId: key.id, at: row.at, requestId: requestIdOfRow(row) }] : [];
      }),
    );
    return (await Promise.all(sightings)).flat();
  }
}

const requestIdOfRow = ({ at, request_id: requestId }: RequestRow) => requestIdOf({ at, requestId });
