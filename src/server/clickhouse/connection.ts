import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { ClickHouseClient } from "@clickhouse/client";

/** For one answer, in milliseconds. */
const ANSWER_MS = 10_000;

/** A ClickHouse server, over HTTP. */
export interface ClickHouse {
  /** The server, as `host:port`, without who signs in to it. */
  readonly place: string;
  /** Runs a statement that has no rows to give back. */
  command(statement: string, signal?: AbortSignal): Promise<void>;
  /** The rows of a query. */
  select<Row>(query: string): Promise<Row[]>;
  /**
   * Inserts a block, all of it or nothing.
   * @param lines a JSON object a line, by the names of columns; a column that the table has not is passed over
   * @param token names the block: one that is there under its token already is not inserted a second time
   */
  insert(table: string, lines: string, token: string, signal: AbortSignal): Promise<void>;
  /** Ends the connections. */
  close(): Promise<void>;
}

/** Connects to nothing before the first statement. Until then nothing of the client is loaded either. */
export function connectClickHouse(url: string): ClickHouse {
  return new HttpClickHouse(url);
}

class HttpClickHouse implements ClickHouse {
  readonly place: string;
  #client: Promise<ClickHouseClient> | undefined;

  constructor(private readonly url: string) {
    this.place = new URL(url).host;
  }

  async command(statement: string, signal?: AbortSignal): Promise<void> {
    const client = await this.#open();
    await client.command({ query: statement, ...(signal && { abort_signal: signal }) });
  }

  async select<Row>(query: string): Promise<Row[]> {
    const client = await this.#open();
    const result = await client.query({ query, format: "JSONEachRow" });
    return result.json<Row>();
  }

  async insert(table: string, lines: string, token: string, signal: AbortSignal): Promise<void> {
    const client = await this.#open();
    const { stream } = await client.exec({
      query: `INSERT INTO ${table} FORMAT JSONEachRow`,
      values: Readable.from([lines]),
      abort_signal: signal,
      clickhouse_settings: {
        insert_deduplication_token: token,
        // Where a server gathers inserts by default it answers before a block is on its disk, and knows no token of ours.
        async_insert: 0,
        date_time_input_format: "best_effort",
        input_format_skip_unknown_fields: 1,
      },
    });
    await finished(stream.resume());
  }

  async close(): Promise<void> {
    await (await this.#client)?.close();
  }

  #open(): Promise<ClickHouseClient> {
    this.#client ??= this.#load();
    return this.#client;
  }

  async #load(): Promise<ClickHouseClient> {
    const { ClickHouseLogLevel, createClient } = await import("@clickhouse/client");
    return createClient({
      url: this.url,
      application: "keyward",
      request_timeout: ANSWER_MS,
      compression: { request: true },
      // It would print what it sent, with the rows; what goes wrong is told by whoever asked.
      log: { level: ClickHouseLogLevel.OFF },
    });
  }
}
