import { sampleCall } from "@test/gateway/samples";
import { afterChunks, workerOf } from "@test/server/jobs/support";
import { createFixture, type Fixture } from "@test/support/fixture";
import { serveGateway } from "@test/support/gateway-server";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { ROUTES } from "@/gateway/routes";
import { runJobs } from "@/server/jobs/run";
import { describedApi } from "./by-document";
import { attack } from "./campaign";
import { makeFixtures } from "./fixtures";

const RUNS = 5_000;
/** Calls after which a worker has some turns, so that there are results to be fetched. */
const CALLS_PER_WORK = 250;
const TURNS = 10;

const { seed } = inject("fuzz");

let fixture: Fixture;
let server: Awaited<ReturnType<typeof serveGateway>>;

beforeAll(async () => {
  fixture = await createFixture();
  server = await serveGateway(fixture);
});
afterAll(async () => {
  server?.close();
  await fixture?.close();
});

test(`Of ${RUNS} calls made by the description alone, and of one of each operation that passes, each is answered as the description says`, async () => {
  const fixtures = await makeFixtures(fixture);
  const api = await describedApi(server.url, fixtures, { connections: 16, base: "/staging" });
  for (const route of ROUTES) {
    const secret = fixtures.key("good");
    const { method, path, body } = await sampleCall(route, fixture);
    const headers: [string, string][] = [
      ["authorization", `Bearer ${secret}`],
      ["content-type", "application/json"],
    ];
    const sent = Buffer.from(body === undefined ? "" : JSON.stringify(body));
    const request = { method, target: `/api/v1/staging${path}`, headers, body: sent };
    expect(await api.judged({ request, operation: route.id, secret }), route.id).toEqual([]);
  }
  await attack(api, {
    runs: RUNS,
    seed,
    parallel: 16,
    async onProgress(done) {
      if (done % CALLS_PER_WORK === 0) await runJobs(workerOf(fixture), {}, afterChunks(TURNS));
    },
  });
  const statuses = [...api.client.statuses].sort(([one], [other]) => one - other);
  process.stdout.write(
    `By the description: ${statuses.map(([status, times]) => `${status}: ${times}`).join(", ")}\n`,
  );
  api.client.close();
  expect([...api.document.operations.keys()].filter((id) => !api.succeeded.has(id))).toEqual([]);
  expect(fixture.log()).not.toContain('"level":"error"');
});
