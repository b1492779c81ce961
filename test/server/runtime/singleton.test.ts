import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { freePort } from "@test/support/ports";
import { createTestDatabase, type TestDatabase } from "@test/support/postgres";
import { SESSION_SECRET } from "@test/support/secrets";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { GET as cron } from "@/app/api/cron/jobs/route";
import { GET as ready } from "@/app/api/ready/route";
import { GET as callApi } from "@/app/api/v1/[[...path]]/route";
import { findIsolation, migrateDatabase } from "@/server/database/migrate";
import { getRuntime } from "@/server/runtime/singleton";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  expect((await migrateDatabase(database.url)).kind).toBe("logins");
});
afterAll(() => database?.drop());

/** The way to the database, which may be cut. */
async function wayToDatabase(port: number, { letIn = Number.POSITIVE_INFINITY } = {}): Promise<Server> {
  const { hostname, port: target } = new URL(database.url);
  const sockets = new Set<Socket>();
  let entered = 0;
  const server = createServer((socket) => {
    if (++entered >= letIn) server.close();
    const onward = dial(Number(target), hostname);
    for (const one of [socket, onward]) {
      sockets.add(one);
      one.on("error", () => undefined);
    }
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return server;
}

function urlThrough(port: number): string {
  const url = new URL(database.url);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return url.href;
}

describe("Where Next runs alone, and Postgres is away at its first call,", () => {
  test("every mount answers 503, and the first call after that finds the logins of the environments", async () => {
    const port = await freePort();
    vi.stubEnv("DATABASE_URL", urlThrough(port));
    vi.stubEnv("NEXTAUTH_SECRET", SESSION_SECRET);
    vi.stubEnv("NEXTAUTH_URL", "https://keyward.example");
    vi.stubEnv("LOG_LEVEL", "silent");
    onTestFinished(() => void vi.unstubAllEnvs());
    const ask = (path: string) => new Request(`http://localhost${path}`);
    const answer = await callApi(ask("/api/v1/staging/customers"));
    expect(answer.status).toBe(503);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "application/problem+json",
      "retry-after": "5",
      "cache-control": "no-store",
      "x-request-id": expect.stringMatching(/^req_/),
    });
    expect(await answer.json()).toMatchObject({
      code: "unavailable",
      type: "https://keyward.example/problems/unavailable",
      instance: "/api/v1/staging/customers",
    });
    expect((await ready(ask("/api/ready"))).status).toBe(503);
    expect((await cron(ask("/api/cron/jobs"))).status).toBe(503);

    await wayToDatabase(port);
    const served = await ready(ask("/api/ready"));
    const { databases } = await getRuntime();
    onTestFinished(() => databases.end());
    expect([served.status, await served.json()]).toMatchObject([
      200,
      { status: "ready", isolation: "logins" },
    ]);
  });

  test("a way to Postgres that is cut before the logins were tried is no reason to do without them", async () => {
    const port = await freePort();
    await wayToDatabase(port, { letIn: 1 });
    await expect(findIsolation(urlThrough(port), "session")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
