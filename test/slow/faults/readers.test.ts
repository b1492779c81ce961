import { connect, type Socket } from "node:net";
import { longResult } from "@test/server/jobs/support";
import { signedIn } from "@test/server/trpc/support";
import { MEMORY_PROBE, memoryOf } from "@test/support/memory";
import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import { fillLog } from "@test/support/requests";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { MIB } from "@/contracts/bounds";
import { MINUTE_MS } from "@/contracts/durations";
import { FILES_AT_ONCE } from "@/server/core/files-under-way";
import { isServed } from "./back";
import { Traffic } from "./traffic";

/** Readers of one stolen session. */
const OF_SESSION = 100;
/** Of the log that they ask for: megabytes more than fit on the way between a server and a reader. */
const ROWS = 40_000;
/** Of these each has as many readers as calls at once. The results that they ask for fit on the way, and hold nothing up. */
const KEYS = 5;
const CALLS_OF_KEY = 10;
/** What all of them together may have the process keep, with what it loads for the first of them, in bytes. */
const KEPT = 64 * MIB;
/** Within which a caller beside them has each answer, on a busy machine, in milliseconds. */
const ANSWER_MS = 2_000;

/** Who asks for a file, and reads a byte of it now and then. */
interface Reader {
  socket: Socket;
  status: number | null;
  isClosed: boolean;
}

describe("With hundreds that ask for a file and read a byte of it a second", () => {
  let world: MountedFixture;
  const readers: Reader[] = [];
  const timers: NodeJS.Timeout[] = [];

  beforeAll(async () => {
    world = await createMountedFixture("main.ts", {
      MAX_CALLS_IN_FLIGHT_PER_KEY: String(CALLS_OF_KEY),
      ...MEMORY_PROBE,
    });
  });
  afterAll(async () => {
    for (const timer of timers) clearInterval(timer);
    for (const { socket } of readers) socket.destroy();
    await world?.close();
  });

  /** Opens so many, until each has the first byte of its answer. */
  function open(count: number, path: string, header: string): Promise<Reader[]> {
    const { port, origin } = new URL(world.mount.url);
    const openOne = () =>
      new Promise<Reader>((resolve, reject) => {
        const socket = connect(Number(port), "127.0.0.1");
        const reader: Reader = { socket, status: null, isClosed: false };
        readers.push(reader);
        socket.once("connect", () =>
          socket.write(`GET ${path} HTTP/1.1\r\nHost: a.test\r\nOrigin: ${origin}\r\n${header}\r\n\r\n`),
        );
        // Not flowing: what nobody reads stays where it is, at the server when there is no more room on the way.
        socket.once("readable", () => {
          reader.status = Number(String(socket.read(12)).slice(9));
          resolve(reader);
        });
        socket.once("error", reject);
        socket.once("close", () => {
          reader.isClosed = true;
        });
      });
    return Promise.all(Array.from({ length: count }, openOne));
  }

  test("a caller beside them waits for none of them; one session has a few files at a time, and others once they are gone", async () => {
    const { fixture, mount } = world;
    const job = await longResult(fixture);
    const { cookie } = await signedIn(fixture, "viewer");
    const { key: logged, secret: key } = await fixture.key({ rateLimits: { day: 1_000_000 } });
    const to = fixture.clock.now();
    const from = new Date(to.getTime() - 10 * MINUTE_MS);
    await fillLog(fixture.runtime.databases.owner, { rows: ROWS, from, to, keys: [logged.id] });
    const log = `/api/requests/export?format=csv&input=${encodeURIComponent(JSON.stringify({ period: "24h" }))}`;
    const ask = { method: "GET", path: "/staging/key", key } as const;
    const traffic = new Traffic(mount, [ask], { callers: 4, perSecond: 50 });
    const before = await memoryOf(mount);

    const ofKeys: Reader[] = [];
    for (let at = 0; at < KEYS; at++) {
      const { secret } = await fixture.key({ permissions: ["jobs:read", "licenses:read", "customers:read"] });
      const path = `/api/v1/staging/jobs/${job}/result`;
      ofKeys.push(...(await open(CALLS_OF_KEY, path, `Authorization: Bearer ${secret}`)));
    }
    const ofSession = await open(OF_SESSION, log, `Cookie: ${cookie}`);
    timers.push(
      setInterval(() => {
        for (const { socket, isClosed } of readers) if (!isClosed) socket.read(1);
      }, 1_000),
    );
    const during = await memoryOf(mount);
    expect(new Set(ofKeys.map(({ status }) => status))).toEqual(new Set([200]));
    const served = ofSession.filter(({ status }) => status === 200);
    expect(served).toHaveLength(FILES_AT_ONCE);
    expect(new Set(ofSession.map(({ status }) => status))).toEqual(new Set([200, 429]));
    const kept = during.kept - before.kept;
    process.stdout.write(`${readers.length} slow readers: ${(kept / MIB).toFixed(1)} MiB kept
`);
    expect(kept).toBeLessThan(KEPT);

    const headers = { cookie, origin: new URL(mount.url).origin };
    const statusOf = async () => {
      const file = await fetch(mount.url + log, { headers });
      await file.body?.cancel();
      return file.status;
    };
    expect(await statusOf()).toBe(429);
    for (const { socket } of readers) socket.destroy();
    await vi.waitFor(async () => expect(await statusOf()).toBe(200), { timeout: 20_000, interval: 250 });
    await traffic.stop();
    expect(traffic.told.filter((one) => !isServed(one))).toEqual([]);
    const longest = Math.max(...traffic.told.map(({ startedAt, endedAt }) => endedAt - startedAt));
    process.stdout.write(`beside them ${traffic.told.length} calls were answered within ${longest} ms\n`);
    expect(longest).toBeLessThan(ANSWER_MS);
  });
});
