import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import path from "node:path";
import { runProgramFromSources } from "@test/cli/run";
import { onlySettings } from "@test/support/child-env";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import type { KeyView } from "@/contracts/keys";
import { createLogger } from "@/server/core/logger";
import { findEmbeddedPostgres, startEmbeddedPostgres } from "@/server/embedded-postgres/start";

const KEY = ["key", "create", "--environment", "production", "--permissions", "licenses:read"];

test("On a bare machine the command line brings its own Postgres, and shares that of a Keyward that runs", async () => {
  const dataDir = path.join(inject("scratchDirectory"), randomUUID());
  const cli = async (...args: string[]) => {
    const { code, stdout, stderr } = await runProgramFromSources(args, { DATA_DIR: dataDir });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  };
  const names = async () =>
    (JSON.parse(await cli("key", "list", "--json")) as KeyView[]).map((key) => key.name);

  // The first start of a server makes the installation; a command with nothing running leaves no process behind.
  const first = await startEmbeddedPostgres({ dataDir, logger: createLogger("silent"), durable: false });
  await first.stop();
  expect(await cli(...KEY, "--name", "First")).toMatch(/^kw_prod_[0-9A-Za-z]{38}\n$/);
  expect(await findEmbeddedPostgres(dataDir)).toBeNull();

  // This process holds the installation: commands are guests of its Postgres, one after the other and at once.
  const holder = await startEmbeddedPostgres({ dataDir, logger: createLogger("silent"), durable: false });
  onTestFinished(() => holder.stop());
  expect(holder.owned).toBe(true);
  expect(await names()).toEqual(["First"]);
  await Promise.all([cli(...KEY, "--name", "Second"), cli(...KEY, "--name", "Third")]);
  expect((await names()).sort()).toEqual(["First", "Second", "Third"]);
  expect(await findEmbeddedPostgres(dataDir)).toBe(holder.url);

  // And once it has stopped, they are on their own again.
  await holder.stop();
  expect((await names()).sort()).toEqual(["First", "Second", "Third"]);
  expect(await findEmbeddedPostgres(dataDir)).toBeNull();
}, 120_000);

test("Ctrl-C in the middle of a command leaves no Postgres behind", async () => {
  const dataDir = path.join(inject("scratchDirectory"), randomUUID());
  const first = await startEmbeddedPostgres({ dataDir, logger: createLogger("silent"), durable: false });
  await first.stop();
  const command = spawn(process.execPath, [inject("commandLine"), "key", "list"], {
    env: onlySettings({ DATA_DIR: dataDir }),
    stdio: "ignore",
  });
  const ended = once(command, "exit");
  await vi.waitFor(async () => expect(await findEmbeddedPostgres(dataDir)).not.toBeNull(), 60_000);
  command.kill("SIGINT");
  expect(await ended).toEqual([130, null]);
  expect(await findEmbeddedPostgres(dataDir)).toBeNull();
}, 120_000);
