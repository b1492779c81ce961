import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { availableParallelism } from "node:os";
import path from "node:path";
import { onlySettings } from "@test/support/child-env";
import { createTestDatabase } from "@test/support/postgres";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { readEnv } from "@/env";
import { findEmbeddedPostgres } from "@/server/embedded-postgres/start";

const MAIN = path.resolve("dist/main.js");
const newFolder = () => mkdtempSync(path.join(inject("scratchDirectory"), "start-"));

/** Starts the built server, which is expected to end by itself. */
async function start(settings: Record<string, string | undefined>, cwd = path.resolve(".")) {
  const env = onlySettings({ NODE_ENV: "production", HOST: "127.0.0.1", LOG_LEVEL: "silent", ...settings });
  const child = spawn(process.execPath, [MAIN], { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, "close");
  return { code, stderr };
}

/** One sentence or two on one line: what is wrong, and what to do. */
function expectOneLine({ code, stderr }: Awaited<ReturnType<typeof start>>, text: RegExp): void {
  expect(stderr).toMatch(/^Keyward cannot start\. [^\n]+\n$/);
  expect(stderr).toMatch(text);
  expect(code).toBe(1);
}

describe("A start that cannot succeed says why in one line, with exit code 1:", () => {
  test("the port is in use, and the Postgres that was started is stopped", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const dataDir = path.join(newFolder(), "data");
    expectOneLine(await start({ PORT: String(port), DATA_DIR: dataDir }), /set PORT .*EADDRINUSE/);
    expect(await findEmbeddedPostgres(dataDir)).toBeNull();
  }, 120_000);

  test("the port is in use, which of several workers the first one says", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const database = await createTestDatabase({ migrated: false });
    onTestFinished(() => database.drop());
    const settings = { WORKERS: "2", ALLOW_PER_PROCESS_LIMITS: "true", DATABASE_URL: database.url };
    expectOneLine(
      await start({ PORT: String(port), DATA_DIR: newFolder(), ...settings }),
      /set PORT .*EADDRINUSE/,
    );
  }, 120_000);

  test("nobody listens where DATABASE_URL says", async () => {
    const outcome = await start({
      DATABASE_URL: "postgres://me:hidden@127.0.0.1:1/x",
      DATA_DIR: newFolder(),
    });
    expectOneLine(outcome, /DATABASE_URL.*ECONNREFUSED/);
    expect(outcome.stderr).not.toContain("hidden");
  });

  test("the server does not know the database, or the password", async () => {
    const database = await createTestDatabase({ migrated: false });
    onTestFinished(() => database.drop());
    const none = new URL(database.url);
    none.pathname = "none";
    expectOneLine(
      await start({ DATABASE_URL: none.href, DATA_DIR: newFolder() }),
      /DATABASE_URL.*"none" does not exist/,
    );
    const wrong = new URL(database.url);
    wrong.password = "hidden";
    const outcome = await start({ DATABASE_URL: wrong.href, DATA_DIR: newFolder() });
    expectOneLine(outcome, /DATABASE_URL.*password authentication failed/);
    expect(outcome.stderr).not.toContain("hidden");
  });

  test("DATA_DIR is a file, or lies below one", async () => {
    const file = path.join(newFolder(), "file");
    writeFileSync(file, "");
    for (const DATA_DIR of [file, path.join(file, "below")])
      expectOneLine(await start({ DATA_DIR }), /is a file.*Set DATA_DIR/);
  }, 120_000);
});

test("A start reads .env in the working directory as Next does, and the process' own variables win", async () => {
  const folder = newFolder();
  const file = path.join(folder, "file");
  writeFileSync(file, "");
  writeFileSync(path.join(folder, ".env"), `PORT=none\nDATA_DIR=${file}\n`);
  expect(await start({ PORT: undefined, DATA_DIR: undefined }, folder)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("PORT: "),
  });
  expectOneLine(await start({ PORT: "3001", DATA_DIR: undefined }, folder), /is a file/);
}, 120_000);

describe("WORKERS", () => {
  const REDIS = { REDIS_URL: "redis://127.0.0.1:6379" };

  test("is one unless set, a number, or as many as there are processors", () => {
    expect(readEnv({}).WORKERS).toBe(1);
    expect(readEnv({ WORKERS: "3", ...REDIS }).WORKERS).toBe(3);
    expect(readEnv({ WORKERS: "auto", ...REDIS }).WORKERS).toBe(availableParallelism());
    for (const WORKERS of ["0", "-1", "1.5", "many", "1000"])
      expect(() => readEnv({ WORKERS, ...REDIS })).toThrow(/WORKERS: Must be auto, or a whole number/);
  });

  test("more than one are refused where each would count limits by itself, unless that is meant", () => {
    const upstash = { UPSTASH_REDIS_REST_URL: "https://eu.upstash.example", UPSTASH_REDIS_REST_TOKEN: "t" };
    expect(() => readEnv({ WORKERS: "2" })).toThrow(/WORKERS: 2 workers need REDIS_URL/);
    expect(() => readEnv({ WORKERS: "2", ALLOW_PER_PROCESS_LIMITS: "false" })).toThrow(/REDIS_URL/);
    for (const settings of [REDIS, upstash, { ALLOW_PER_PROCESS_LIMITS: "true" }])
      expect(readEnv({ WORKERS: "2", ...settings }).WORKERS).toBe(2);
    expect(readEnv({ WORKERS: "1" }).WORKERS).toBe(1);
  });
});

describe("NEXTAUTH_URL", () => {
  test.each([
    ["https://keys.example.com", true],
    ["https://keys.example.com/", true],
    ["http://localhost:3000", true],
    ["https://[2001:db8::1]:8443", true],
    ["https://keys.example.com/keyward", false],
    ["https://keys.example.com//", false],
    ["https://keys.example.com/api/auth", false],
    ["https://keys.example.com?x=1", false],
    ["https://keys.example.com/#x", false],
    ["https://me@keys.example.com", false],
    ["https://me:word@keys.example.com", false],
    ["ftp://keys.example.com", false],
    ["keys.example.com", false],
  ])("may be %s: %s, and the start names it where not", (url, accepted) => {
    const read = () => readEnv({ NEXTAUTH_URL: url });
    if (accepted) expect(read().NEXTAUTH_URL).toBe(url);
    else expect(read).toThrow(/NEXTAUTH_URL: /);
  });

  test("with a path is refused with the reason", () => {
    expect(() => readEnv({ NEXTAUTH_URL: "https://example.com/keyward" })).toThrow(/below a path/);
  });
});
