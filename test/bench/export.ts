import { fillLog } from "@test/support/requests";
import postgres from "postgres";
import { DAY_MS } from "@/contracts/durations";
import { exportRequestsSchema } from "@/contracts/schemas/request-queries";
import type { FileText } from "@/server/core/download";
import { newId } from "@/server/core/ids";
import { exportRequests } from "@/server/services/requests";
import type { Result } from "./result";
import { onRuntime } from "./runtime";

const ROWS = 1_000_000;
/** Read before anything is measured. */
const WARM_UP_PARTS = 20;
/** Between two looks at the memory, in parts of the file. */
const PARTS_PER_LOOK = 5;
const MIB = 1_024 ** 2;

/** A million calls of the log as a file: how long it takes, and what it holds meanwhile. */
export async function exportBenchmarks(databaseUrl: string): Promise<Result[]> {
  await fill(databaseUrl);
  return onRuntime(databaseUrl, async ({ context }) => {
    const open = () =>
      exportRequests(context(), exportRequestsSchema.parse({ format: "csv", period: "30d" }));
    // What is compiled and connected once is no part of what an export holds.
    let warmUp = WARM_UP_PARTS;
    for await (const _part of (await open()).parts(async () => context())) if (warmUp-- === 0) break;
    globalThis.gc?.();
    const idle = process.memoryUsage().rss;
    const begun = performance.now();
    const file = await open();
    let [parts, lines, most] = [0, 0, 0];
    for await (const part of file.parts(async () => context())) {
      lines += linesOf(part);
      if (parts++ % PARTS_PER_LOOK === 0) most = Math.max(most, process.memoryUsage().rss - idle);
    }
    const seconds = (performance.now() - begun) / 1_000;
    if (lines < ROWS) throw new Error(`${lines} of ${ROWS} rows in the file`);
    const of = `${lines.toLocaleString("en")} lines in ${parts} parts`;
    return [
      {
        what: "export of 1,000,000 log rows",
        figure: seconds,
        unit: "s",
        bar: 60,
        aim: 30,
        kind: "cost",
        detail: of,
      },
      {
        what: "memory of an export over idle",
        figure: most / MIB,
        unit: "MiB",
        bar: 64,
        aim: 32,
        kind: "cost",
        detail: `resident, garbage not yet collected included, in a process that has begun one before; ${of}`,
      },
    ];
  });
}

async function fill(databaseUrl: string): Promise<void> {
  // Of its own: the product's connections end what takes so long.
  const client = postgres(databaseUrl, { max: 1 });
  const to = new Date();
  const keys = Array.from({ length: 1_000 }, () => newId("key"));
  try {
    const from = new Date(to.getTime() - 20 * DAY_MS);
    await fillLog({ $client: client }, { rows: ROWS, from, to, keys });
  } finally {
    await client.end();
  }
}

const LINE_FEED = 10;

/** Without a copy of each line: what the measuring leaves behind would be measured as well. */
function linesOf(part: FileText): number {
  const bytes = typeof part === "string" ? Buffer.from(part) : part;
  let lines = 0;
  for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) lines++;
  return lines;
}
