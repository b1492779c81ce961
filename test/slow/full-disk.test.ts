import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { type Answer, call, expectProblem, overNetwork, type PublicApi } from "@test/support/calls";
import { type Console, signIn } from "@test/support/console";
import { newEmail } from "@test/support/fixture";
import { type Mount, startMount } from "@test/support/mounts";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { MIB } from "@/contracts/bounds";
import { MINUTE_MS } from "@/contracts/durations";
import { isConnectionLost } from "@/server/database/errors";
import { readPostmaster } from "@/server/embedded-postgres/postmaster";
import { findEmbeddedPostgres } from "@/server/embedded-postgres/start";

const OWNER = { email: "owner@acme.example", password: "correct horse battery" };

/** A fresh installation takes 46. Below 256 that are free, the log would keep less. */
const DISK_MEGABYTES = 320;
/** For whatever has to come by itself, in milliseconds. */
const RECOVERY_MS = MINUTE_MS;

const disk = path.join(inject("scratchDirectory"), `disk-${randomUUID()}`);
const dataDir = path.join(disk, "data");
const ballast = path.join(disk, "ballast");

/** Mounts a small file system in memory, which root alone may. */
function mountDisk(): boolean {
  mkdirSync(disk);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MEGABYTES}m,mode=0755`, "tmpfs", disk], {
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
}

/** Takes all the room that there is. */
function fillDisk(): void {
  const file = openSync(ballast, "a");
  try {
    for (let piece = Buffer.alloc(MIB); piece.length > 0; ) {
      try {
        writeSync(file, piece);
      } catch {
        piece = piece.subarray(0, Math.floor(piece.length / 2));
      }
    }
  } finally {
    closeSync(file);
  }
}

const mounted = mountDisk();

describe.skipIf(!mounted)(
  "With the disk full under the embedded Postgres (mounting a small one takes root)",
  () => {
    let mount: Mount;
    let api: PublicApi;
    let key: string;
    let owner: Console;
    /** Customers whose creation was answered with 201. */
    const answered = new Set<string>();

    beforeAll(async () => {
      mount = await startMount("main.ts", "", {
        DATA_DIR: dataDir,
        ADMIN_EMAIL: OWNER.email,
        ADMIN_PASSWORD: OWNER.password,
      });
      api = overNetwork(mount);
      const entered = await signIn(mount, OWNER);
      if (!entered) throw new Error(`Could not sign in:\n${mount.output()}`);
      owner = entered;
      const made = await owner.mutate("keys.create", {
        ...{ name: "a", environment: "staging", permissions: ["customers:write"] },
        rateLimits: { minute: 100_000 },
      });
      key = (made.data as { secret: string }).secret;
      expect(await statusesOf(create)).toEqual(new Set([201]));
    });
    afterAll(async () => {
      await mount?.stop();
      execFileSync("umount", [disk]);
    });

    const list = () => call(api, "GET", "/staging/customers", { key });
    const create = async (): Promise<Answer> => {
      const body = { email: newEmail(), metadata: { text: "x".repeat(2_000) } };
      const answer = await call(api, "POST", "/staging/customers", { key, body });
      if (answer.status === 201) answered.add(String(answer.json.id));
      return answer;
    };

    /** Of calls one after another, four at a time. Each that is refused has to say when to come back. */
    async function statusesOf(ask: () => Promise<Answer>): Promise<Set<number>> {
      const statuses = new Set<number>();
      for (let round = 0; round < 25; round++) {
        for (const answer of await Promise.all(Array.from({ length: 4 }, ask))) {
          statuses.add(answer.status);
          if (answer.status >= 400) expectProblem(answer, "unavailable", { retryAfter: 5 });
        }
      }
      return statuses;
    }

    async function ready() {
      const answer = await fetch(`${mount.url}/api/ready`);
      return { reason: ((await answer.json()) as { reason?: string }).reason, status: answer.status };
    }
    const expectReadiness = (status: number) =>
      vi.waitFor(async () => expect((await ready()).status).toBe(status), { timeout: RECOVERY_MS });

    /** Nobody restarts anything, and nothing that was answered is lost. */
    async function expectRecovery(): Promise<void> {
      rmSync(ballast);
      await expectReadiness(200);
      expect(await statusesOf(create)).toEqual(new Set([201]));
      const sql = await openDatabase();
      try {
        const rows = await sql<{ id: string }[]>`select id from customers`;
        const stored = new Set(rows.map(({ id }) => id));
        expect([...answered].filter((id) => !stored.has(id))).toEqual([]);
      } finally {
        await sql.end();
      }
    }

    test("changes are 503 in API and console, reads go on, it is not ready, and all goes on once there is room", async () => {
      fillDisk();
      await vi.waitFor(async () => expect((await create()).status).toBe(503), { timeout: RECOVERY_MS });
      expect(await statusesOf(create)).toEqual(new Set([503]));
      expect(await statusesOf(list)).toEqual(new Set([200]));
      await expectReadiness(503);
      expect((await ready()).reason).toMatch(/disk .* full/);
      expect((await owner.query("keys.list", {})).status).toBe(200);
      await expectRecovery();
    });

    test("a Postgres that crashes over it, and one that is killed then, runs again by itself, and has all that was answered", async () => {
      fillDisk();
      const sql = await openDatabase();
      // Without room for its log it ends all sessions, and may find none to recover in.
      const log = () => sql`select pg_logical_emit_message(false, 'test', repeat('x', ${MIB}::int))`;
      const failed = async () => {
        const outcome: unknown = await log().catch((error: unknown) => error);
        expect(outcome).toBeInstanceOf(Error);
        return outcome;
      };
      const crash = await vi.waitFor(failed, { timeout: RECOVERY_MS, interval: 10 });
      await sql.end({ timeout: 1 });
      expect(isConnectionLost(crash), String(crash)).toBe(true);
      const running = readPostmaster(path.join(dataDir, "postgres"));
      if (running) process.kill(running.pid, "SIGKILL");
      await expectReadiness(503);
      for (const status of await statusesOf(create)) expect([201, 503]).toContain(status);
      expect([200, 503]).toContain((await owner.query("keys.list", {})).status);
      await expectRecovery();
      expect(mount.output()).toMatch(/has ended and is started again/);
    });
  },
);

async function openDatabase(): Promise<postgres.Sql> {
  const url = await findEmbeddedPostgres(dataDir);
  if (!url) throw new Error("The embedded Postgres does not run.");
  return postgres(url, { max: 1, onnotice: () => undefined });
}
