import { call } from "@test/support/calls";
import { signIn } from "@test/support/console";
import { MEMORY_PROBE, memoryOf } from "@test/support/memory";
import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import { MOUNTS } from "@test/support/mounts";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createAdmin } from "@/server/services/admins";
import { publicApi } from "./api";
import { rawBytes } from "./bytes";
import { attack, type Target } from "./campaign";
import type { WireClient } from "./client";
import { consoleOfServer } from "./console";
import { type Fixtures, makeFixtures } from "./fixtures";
import { answersByItself } from "./next-alone";

const MIB = 1_048_576;
const ADMIN = { email: "admin@acme.example", password: "correct horse battery" };
const { seed, runs } = inject("fuzz");

/** How the runs are shared out. */
const SHARES = {
  "main.ts": { api: 0.35, console: 0.08, bytes: 0.1 },
  "Next catch-all": { api: 0.37, console: 0.1 },
};
const PARALLEL = 24;
/** What may be kept more at the end than in the middle: caches that fill, code that is compiled. */
const FLAT_BYTES = 8 * MIB;
/** For what is still in hand with the last answer, such as rows of the log and jobs, in milliseconds. What leaks stays. */
const SETTLED_MS = 20_000;

const LOADED_WHEN_ASKED = [
  "/",
  "/sign-in",
  "/setup",
  "/nowhere",
  "/api/auth/session",
  "/api/trpc/nothing",
  "/api/v1/openapi.json",
];

const of = (share: number) => Math.max(1, Math.round(runs * share));

/** What the log tells of faults. That Postgres is slow to answer a busy machine is none; whoever asks again is served. */
function faultsIn(output: string): string[] {
  return output
    .split("\n")
    .filter((line) => /"level":[56]0/.test(line) && !line.includes("Postgres is away"));
}

let mounted: MountedFixture;
let fixtures: Fixtures;

describe.each(MOUNTS)("%s", (name) => {
  const shares = SHARES[name];

  beforeAll(async () => {
    mounted = await createMountedFixture(name, MEMORY_PROBE);
    fixtures = await makeFixtures(mounted.fixture);
    await createAdmin(mounted.fixture.context(), { ...ADMIN, role: "admin", name: "" });
    // A page, and the description, are loaded when somebody first asks for them, and stay: that is no leak.
    for (const path of LOADED_WHEN_ASKED) await (await fetch(mounted.mount.url + path)).arrayBuffer();
  });
  afterAll(() => mounted?.close());

  /** Attacks, and demands that nothing of it is kept: memory after the collection of garbage, in the middle and at the end. */
  async function run<Plan>(target: Target<Plan>, count: number): Promise<void> {
    const started = performance.now();
    let middle = await memoryOf(mounted.mount);
    await attack(target, {
      runs: count,
      seed,
      parallel: PARALLEL,
      async onProgress(done) {
        if (done === Math.ceil(count / 2)) middle = await memoryOf(mounted.mount);
      },
    });
    let end = middle;
    await expect
      .poll(
        async () => {
          end = await memoryOf(mounted.mount);
          return end.kept - middle.kept;
        },
        { timeout: SETTLED_MS, interval: 1_000 },
      )
      .toBeLessThan(FLAT_BYTES);
    const stats = [middle, end].map(
      ({ kept, rss }) => `${(kept / MIB).toFixed(1)} MiB kept, ${Math.round(rss / MIB)} resident`,
    );
    const seconds = Math.round((performance.now() - started) / 1_000);
    process.stdout.write(
      `${name}, ${target.name}: ${count} in ${seconds} s; middle ${stats[0]}; end ${stats[1]}\n`,
    );
    expect(faultsIn(mounted.mount.output())).toEqual([]);
    expect((await call(mounted.api, "GET", "/staging/key", { key: fixtures.key("good") })).status).toBe(200);
  }

  /** What the answers were: a run in which nothing passes tries the first check alone. */
  function tell(client: WireClient): void {
    const statuses = [...client.statuses].sort(([one], [other]) => one - other);
    process.stdout.write(`  ${statuses.map(([status, times]) => `${status}: ${times}`).join(", ")}\n`);
    client.close();
  }

  test("answers any call to the public API as the contract says", async () => {
    const options = { connections: PARALLEL, isOthers: name === "main.ts" ? undefined : answersByItself };
    const api = await publicApi(mounted.mount.url, fixtures, options);
    await run(api, of(shares.api));
    tell(api.client);
  });

  test("answers any request to the console with no fault", async () => {
    const admin = await signIn(mounted.mount, ADMIN);
    const target = consoleOfServer(mounted.mount.url, admin?.cookie ?? "", { connections: PARALLEL });
    await run(target, of(shares.console));
    tell(target.client);
  });

  test.runIf("bytes" in shares)("answers any bytes, or closes, and goes on living", async () => {
    await run(rawBytes(mounted.mount.url, fixtures.key("good")), of(SHARES["main.ts"].bytes));
  });
});
