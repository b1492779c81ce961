import { once } from "node:events";
import { createServer, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MAX_STRANGER_REST_MS, MAX_STRANGER_TURN_MS } from "@/contracts/bounds";
import { oneStrangerAtATime } from "@/gateway/http/console-turns";

let server: Server;
/** What the console works on, by path, until the test lets it answer. */
let underWork: Map<string, ServerResponse>;
/** Cookies whose session was asked for. */
let askedFor: string[];
let now: Date;

beforeEach(async () => {
  underWork = new Map();
  askedFor = [];
  now = new Date("2026-11-28T12:00:00Z");
  const sessions = {
    cookieOf: ({ headers }: { headers: { cookie?: string } }) => headers.cookie ?? null,
    isSignedIn: async ({ headers }: { headers: { cookie?: string } }) => {
      askedFor.push(String(headers.cookie));
      if (headers.cookie === "unreadable") throw new Error("no database");
      return headers.cookie === "ada";
    },
  };
  const runtime = {
    addressOf: (_peer: string | undefined, forwarded: string | null | undefined) => forwarded ?? "192.0.2.1",
    clock: { now: () => now },
    metrics: null,
  };
  server = createServer(
    oneStrangerAtATime(runtime, sessions, ({ url = "" }, response) => void underWork.set(url, response)),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => {
  vi.useRealTimers();
  server.closeAllConnections();
  server.close();
});

/** Sends a request, and waits for it to have arrived. */
async function send(path: string, headers: Record<string, string> = {}) {
  const { port } = server.address() as AddressInfo;
  const arrived = once(server, "request");
  const sent = request({ port, path, headers });
  sent.on("error", () => undefined);
  sent.on("response", (answer) => answer.resume());
  sent.end();
  const [, response] = await arrived;
  return { sent, response };
}

const works = async (...paths: string[]) =>
  vi.waitFor(() => expect([...underWork.keys()].sort()).toEqual(paths));

/** Lets the console answer one. */
function answer(path: string): void {
  underWork.get(path)?.end();
  underWork.delete(path);
}

test("The console works for one stranger at a time, in the order in which they came", async () => {
  for (const path of ["/1", "/2", "/3"]) await send(path);
  await works("/1");
  answer("/1");
  await works("/2");
  answer("/2");
  await works("/3");
});

test("Networks take turns, so that one with a thousand connections does not keep the next from signing in", async () => {
  for (const path of ["/1", "/2", "/3"]) await send(path, { "x-forwarded-for": "198.51.100.7" });
  await send("/4", { "x-forwarded-for": "198.51.100.8" });
  await send("/sign-in", { "x-forwarded-for": "203.0.113.9" });
  answer("/1");
  await works("/2");
  answer("/2");
  await works("/sign-in");
  answer("/sign-in");
  await works("/3");
  answer("/3");
  await works("/4");
});

test("Who is signed in does not wait, once that is known, and is asked for again after a minute", async () => {
  await send("/keys", { cookie: "ada" });
  await works("/keys");
  await send("/stranger");
  await works("/keys", "/stranger");
  await send("/logs", { cookie: "ada" });
  await works("/keys", "/logs", "/stranger");
  expect(askedFor).toEqual(["ada"]);
  now = new Date(now.getTime() + 60_001);
  await send("/audit", { cookie: "ada" });
  answer("/stranger");
  await works("/audit", "/keys", "/logs");
  expect(askedFor).toEqual(["ada", "ada"]);
});

test("A cookie that somebody made up is a stranger's, and is looked up in its turn alone", async () => {
  await send("/1", { cookie: "made up" });
  await send("/2", { cookie: "made up too" });
  await works("/1");
  expect(askedFor).toEqual(["made up"]);
  answer("/1");
  await works("/2");
  expect(askedFor).toEqual(["made up", "made up too"]);
});

test("Where sessions cannot be read the console answers all the same", async () => {
  await send("/1", { cookie: "unreadable" });
  await works("/1");
  answer("/1");
  await send("/2");
  await works("/2");
});

test("An answer that takes long, or whose reader does, holds up the next for a quarter of a second at most", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await send("/1");
  await send("/2");
  vi.advanceTimersByTime(MAX_STRANGER_TURN_MS - 1);
  expect([...underWork.keys()]).toEqual(["/1"]);
  vi.advanceTimersByTime(1);
  vi.advanceTimersByTime(MAX_STRANGER_REST_MS);
  vi.useRealTimers();
  await works("/1", "/2");
  // What ends later does not end the turn of another.
  await send("/3");
  answer("/1");
  await works("/2");
  answer("/2");
  await works("/3");
});

test.each([
  [10, 30],
  [100, MAX_STRANGER_REST_MS],
])(
  "After a turn of %d ms strangers rest for %d, so that other calls are not met by one after the other",
  async (turn, rest) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    await send("/1");
    await send("/2");
    vi.advanceTimersByTime(turn);
    answer("/1");
    vi.advanceTimersByTime(rest - 1);
    expect([...underWork.keys()]).toEqual([]);
    vi.advanceTimersByTime(1);
    expect([...underWork.keys()]).toEqual(["/2"]);
  },
);

test("Who has gone while waiting costs nothing", async () => {
  await send("/1");
  const { sent, response } = await send("/2");
  for (const path of ["/3", "/4"]) await send(path);
  sent.destroy();
  await once(response, "close");
  answer("/1");
  await works("/3");
  answer("/3");
  await works("/4");
});
