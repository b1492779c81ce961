import { Session } from "node:inspector/promises";
import { ORIGIN, signedIn } from "@test/server/trpc/support";
import { fillLog } from "@test/support/requests";
import { suiteFixture } from "@test/support/suite";
import { expect, test } from "vitest";
import { GET } from "@/app/api/requests/export/route";
import { DAY_MS } from "@/contracts/durations";
import { newId } from "@/server/core/ids";
import { setRuntime } from "@/server/runtime/singleton";

const ROWS = 100_000;

const fixture = suiteFixture();

test("However large the log is, its export takes the memory of a few batches", async () => {
  const keyId = newId("key");
  const to = fixture.clock.now();
  const from = new Date(to.getTime() - DAY_MS);
  await fillLog(fixture.runtime.databases.owner, { rows: ROWS, from, to, keys: [keyId] });
  const { cookie } = await signedIn(fixture, "viewer");
  const query = new URLSearchParams({ format: "ndjson", input: JSON.stringify({ keyId, period: "7d" }) });
  setRuntime(fixture.runtime);

  const inspector = new Session();
  inspector.connect();
  const heap = async () => {
    await inspector.post("HeapProfiler.collectGarbage");
    return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  };
  const before = await heap();
  const headers = { "sec-fetch-site": "same-origin", cookie };
  const answer = await GET(new Request(`${ORIGIN}/api/requests/export?${query}`, { headers }), {
    params: Promise.resolve({}),
  });
  let [bytes, peak, chunks] = [0, 0, 0];
  const reader = answer.body?.getReader();
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    bytes += read.value.length;
    if (++chunks % 50 === 0) peak = Math.max(peak, (await heap()) - before);
  }
  inspector.disconnect();
  expect(chunks).toBeGreaterThan(150);
  expect(bytes).toBeGreaterThan(40_000_000);
  expect(peak).toBeLessThan(bytes / 4);
});
