// A fixture of the tests and no server of ClickHouse's: its engine (chdb, in this process) behind as much of the HTTP interface
// as @clickhouse/client uses. What it does not show: ClickHouse's own HTTP, users and rights, and replication.
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { Session } from "chdb";

const [folder, port] = process.argv.slice(2);
const session = new Session(folder);
session.query("CREATE DATABASE IF NOT EXISTS logs ENGINE = Atomic");
session.query("USE logs");

/** What is not a setting for the statement. */
const OTHERS = new Set(["query", "query_id", "database", "default_format"]);

/** The engine works on one statement after the other. */
let turn = Promise.resolve();

createServer(async (request, response) => {
  const { searchParams } = new URL(request.url, "http://localhost");
  const sent = await buffer(request);
  const body = (request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent).toString();
  const settings = [...searchParams]
    .filter(([name]) => !OTHERS.has(name))
    .map(([name, value]) => `${name} = '${value}'`);
  const query = searchParams.get("query");
  const statement =
    query === null
      ? body
      : `${query.replace(/ FORMAT /, settings.length > 0 ? ` SETTINGS ${settings} FORMAT ` : " FORMAT ")}\n${body}`;
  turn = turn.then(async () => {
    try {
      const result = await session.queryAsync(statement, { format: "JSONEachRow" });
      response.end(result.bytes());
    } catch (error) {
      const [, code = "0"] = /Code: (\d+)/.exec(error.message) ?? [];
      response.writeHead(500, { "x-clickhouse-exception-code": code });
      response.end(error.message);
    }
  });
}).listen(Number(port), "127.0.0.1", function listening() {
  process.stdout.write(`${JSON.stringify({ port: this.address().port })}\n`);
});
