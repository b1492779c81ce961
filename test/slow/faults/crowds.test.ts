import { connect, type Socket } from "node:net";
import { call, overNetwork } from "@test/support/calls";
import { MEMORY_PROBE, memoryOf } from "@test/support/memory";
import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import { rawAnswer } from "@test/support/raw";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { BODY_TIMEOUT_MS } from "@/contracts/bounds";
import { MINUTE_MS } from "@/contracts/durations";
import { isServed } from "./back";
import { type Answered, expectOneRowEach } from "./log";
import { Traffic } from "./traffic";

const IDLE = 10_000;
/** Of each kind. */
const SLOW = 1_000;
/** In which a process that is told to stop has stopped (docs/operations.md), in milliseconds. */
const STOPPED_MS = 8_000;
/** Beyond a time limit of the server's, on a machine that is busy, in milliseconds. */
const LATE_MS = 5_000;

/** A connection, with what came back on it. */
interface Line {
  socket: Socket;
  received: string;
  /** By `performance.now()`. */
  openedAt: number;
  closedAt: number | null;
}

describe("With crowds that hold connections open", () => {
  let world: MountedFixture;
  const lines: Line[] = [];
  /** Calls that were answered, of which each belongs into the log. */
  const answered: Answered[] = [];

  beforeAll(async () => {
    world = await createMountedFixture("main.ts", { MAX_CALLS_IN_FLIGHT_PER_KEY: "100", ...MEMORY_PROBE });
  });
  afterAll(async () => {
    for (const { socket } of lines) socket.destroy();
    await world?.close();
  });

  /** Opens so many, a few at a time: the line of those that wait to be accepted is short. */
  async function open(count: number, greet?: string): Promise<Line[]> {
    const port = Number(new URL(world.mount.url).port);
    const opened: Line[] = [];
    const openOne = () =>
      new Promise<void>((resolve, reject) => {
        const socket = connect(port, "127.0.0.1");
        const line: Line = { socket, received: "", openedAt: performance.now(), closedAt: null };
        opened.push(line);
        lines.push(line);
        socket.on("data", (chunk) => {
          line.received += chunk;
          if (greet) resolve();
        });
        socket.on("connect", () => (greet ? socket.write(greet) : resolve()));
        socket.on("error", reject);
        socket.on("close", () => {
          line.closedAt = performance.now();
        });
      });
    const openSome = async () => {
      while (opened.length < count) await openOne();
    };
    await Promise.all(Array.from({ length: 100 }, openSome));
    return opened;
  }

  const closed = (some: readonly Line[], timeout: number) =>
    vi.waitFor(() => expect(some.filter(({ closedAt }) => closedAt === null)).toHaveLength(0), {
      timeout,
      interval: 100,
    });
  const longest = (some: readonly Line[]) =>
    Math.max(...some.map(({ openedAt, closedAt }) => (closedAt ?? Number.NaN) - openedAt));
  const statusesOf = (some: readonly Line[]) => new Set(answersOn(some).map(({ status }) => status));

  /** What came back on them; null where the server knew of no call. */
  const answersOn = (some: readonly Line[]): Answered[] =>
    some.flatMap(({ received }) => {
      const { status, headers } = rawAnswer(received);
      return { status, requestId: headers.get("x-request-id") };
    });

  test("thousands that send a head or a body byte by byte are let go with 408 in time, and a caller beside them waits for none", async () => {
    const { fixture, mount } = world;
    const { secret: key } = await fixture.key({ rateLimits: { day: 1_000_000 } });
    const { secret: slow } = await fixture.key({ rateLimits: { day: 1_000_000 } });
    const traffic = new Traffic(mount, [{ method: "GET", path: "/staging/customers", key }], {
      callers: 4,
      perSecond: 50,
    });
    const before = await memoryOf(mount);
    const heads = await open(SLOW);
    const bodies = await open(SLOW);
    for (const { socket } of bodies)
      socket.write(
        `POST /api/v1/staging/customers HTTP/1.1\r\nHost: a.test\r\nAuthorization: Bearer ${slow}\r\n` +
          "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n",
      );
    const drip = (some: readonly Line[], text: string) => {
      let at = 0;
      const timer = setInterval(() => {
        const byte = text[at++ % text.length] ?? "";
        for (const { socket, closedAt } of some) if (closedAt === null && socket.writable) socket.write(byte);
      }, 1_000);
      return () => clearInterval(timer);
    };
    const ends = [
      drip(heads, "GET /api/v1/staging/customers?search=abcdefghijklmnopqrstuvwxyz"),
      drip(bodies, " "),
    ];
    try {
      await closed(heads, MINUTE_MS);
      expect(statusesOf(heads)).toEqual(new Set([408]));
      // Long before bodies, which have a minute: each kind by a time limit of its own.
      expect(longest(heads)).toBeLessThan(BODY_TIMEOUT_MS);
      const during = await memoryOf(mount);
      await closed(bodies, BODY_TIMEOUT_MS + MINUTE_MS);
      // As many at once as a key may have; the others have not been waited for.
      expect([...statusesOf(bodies)].toSorted()).toEqual([408, 429]);
      process.stdout.write(
        `${2 * SLOW} slow senders: ${((during.kept - before.kept) / 2 / SLOW).toFixed(0)} bytes kept for each; heads let go ` +
          `after ${(longest(heads) / 1_000).toFixed(1)} s, bodies after ${(longest(bodies) / 1_000).toFixed(1)} s\n`,
      );
    } finally {
      for (const end of ends) end();
    }
    await traffic.stop();
    answered.push(...answersOn(bodies), ...traffic.told);
    expect(traffic.told.filter((one) => !isServed(one))).toEqual([]);
  });

  test(`${IDLE} connections without a call cost little, keep nobody from being served, and end with the process`, async () => {
    const { fixture, mount } = world;
    const { secret: key } = await fixture.key({ rateLimits: { day: 1_000_000 } });
    const before = await memoryOf(mount);
    const request = `GET /api/v1/staging/key HTTP/1.1\r\nHost: a.test\r\nAuthorization: Bearer ${key}\r\n\r\n`;
    const used = await open(IDLE / 2, request);
    const unused = await open(IDLE / 2);
    const during = await memoryOf(mount);
    expect([...used, ...unused].filter(({ closedAt }) => closedAt !== null)).toEqual([]);
    expect(statusesOf(used)).toEqual(new Set([200]));
    const each = (field: "kept" | "rss") => Math.round((during[field] - before[field]) / IDLE);
    process.stdout.write(
      `${IDLE} idle connections: ${each("kept")} bytes kept for each, ${each("rss")} resident\n`,
    );
    expect(each("kept")).toBeLessThan(32 * 1_024);

    const { status, headers } = await call(overNetwork(mount), "GET", "/staging/key", { key });
    expect(status).toBe(200);
    answered.push(...answersOn(used), { status, requestId: headers.get("x-request-id") });

    const told = performance.now();
    await Promise.all([mount.stop(), closed([...used, ...unused], STOPPED_MS + LATE_MS)]);
    const stoppedMs = performance.now() - told;
    process.stdout.write(`${IDLE} idle connections: stopped after ${Math.round(stoppedMs)} ms\n`);
    expect(stoppedMs).toBeLessThan(STOPPED_MS);
    await expectOneRowEach(fixture, answered);
  });
});
