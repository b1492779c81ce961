import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

/** An insert that arrived, whatever became of it. */
interface Insert {
  token: string | null;
  rows: Record<string, unknown>[];
}

/** How inserts are answered: taken, refused as by a server that is being stopped, or never. */
type Behaviour = "takes" | "refuses" | "holds";

/**
 * What `@clickhouse/client` speaks HTTP with, and no database: it keeps what is inserted, and knows no SQL. For outages and
 * queues; what ClickHouse makes of the rows is tried with its engine (test/support/clickhouse.ts).
 */
export interface ClickHouseFront {
  /** With a user, a password and a database. */
  url: string;
  state: {
    behaviour: Behaviour;
    /** A row that it refuses as data, with the block that it came in. */
    isBad: (row: Record<string, unknown>) => boolean;
  };
  /** All that arrived, in order. */
  inserts: Insert[];
  /** Rows of inserts that were taken. */
  taken: Record<string, unknown>[];
  /** Statements without rows. */
  statements: string[];
  stop(): Promise<void>;
}

export const CLICKHOUSE_PASSWORD = "only-clickhouse-may-know";

export async function startClickHouseFront(): Promise<ClickHouseFront> {
  const front: Omit<ClickHouseFront, "url" | "stop"> = {
    state: { behaviour: "takes", isBad: () => false },
    inserts: [],
    taken: [],
    statements: [],
  };
  const server = createServer(async (request, response) => {
    const { searchParams } = new URL(request.url ?? "", "http://localhost");
    const sent = await buffer(request);
    const text = (request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent).toString();
    const query = searchParams.get("query");
    if (query === null) front.statements.push(text);
    else answerInsert(front, text, searchParams.get("insert_deduplication_token"), response);
    if (query === null) response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    ...front,
    url: `http://keyward:${CLICKHOUSE_PASSWORD}@127.0.0.1:${port}/logs`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answerInsert(
  { state, inserts, taken }: Pick<ClickHouseFront, "state" | "inserts" | "taken">,
  text: string,
  token: string | null,
  response: ServerResponse,
): void {
  const rows = text.split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
  inserts.push({ token, rows });
  if (state.behaviour === "holds") return;
  if (state.behaviour === "refuses") {
    refuse(response, 394, "Query was cancelled", "QUERY_WAS_CANCELLED");
  } else if (rows.some(state.isBad)) {
    refuse(response, 27, "Cannot parse input: expected a number", "CANNOT_PARSE_INPUT_ASSERTION_FAILED");
  } else {
    taken.push(...rows);
    response.end();
  }
}

/** As ClickHouse words it. */
function refuse(response: ServerResponse, code: number, message: string, name: string): void {
  response.writeHead(500, { "x-clickhouse-exception-code": String(code) });
  response.end(`Code: ${code}. DB::Exception: ${message}. (${name}) (version 25.3.1.1)\n`);
}
