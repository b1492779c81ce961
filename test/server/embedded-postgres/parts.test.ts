import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { createLogger } from "@/server/core/logger";
import { ensureLibraryLinks } from "@/server/embedded-postgres/binaries";
import { takeOwnership } from "@/server/embedded-postgres/owner-lock";
import { describeByPs, describeProcess } from "@/server/embedded-postgres/processes";
import { startEmbeddedPostgres } from "@/server/embedded-postgres/start";
import { loadSecrets } from "@/server/runtime/secrets-file";

function newDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), "keyward-parts-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

describe("links to libraries", () => {
  function packageWith(target: string): { packageDir: string; fallbackDir: string } {
    const directory = newDirectory();
    const packageDir = path.join(directory, "package");
    mkdirSync(path.join(packageDir, "native", "lib"), { recursive: true });
    writeFileSync(path.join(packageDir, "native/lib/libpq.so.5.18"), "library");
    const links = [{ source: "native/lib/libpq.so.5.18", target }];
    writeFileSync(path.join(packageDir, "native/pg-symlinks.json"), JSON.stringify(links));
    return { packageDir, fallbackDir: path.join(directory, "links") };
  }

  it("are made where npm did not make them, and left alone afterwards", () => {
    const { packageDir, fallbackDir } = packageWith("native/lib/libpq.so.5");
    const link = path.join(packageDir, "native/lib/libpq.so.5");
    for (const _ of ["first start", "second start"]) {
      expect(ensureLibraryLinks(packageDir, fallbackDir)).toBeNull();
      expect(readlinkSync(link)).toBe("libpq.so.5.18");
    }
    expect(existsSync(fallbackDir)).toBe(false);
  });

  it("go to the data directory, with the library path set, where the package cannot be written", () => {
    // A directory that does not exist refuses the link, as a read-only one does; root could write to a mere mode 0500.
    const { packageDir, fallbackDir } = packageWith("native/absent/libpq.so.5");
    const libraryPath = ensureLibraryLinks(packageDir, fallbackDir);
    expect(libraryPath?.split(path.delimiter)).toEqual([fallbackDir, path.join(packageDir, "native/lib")]);
    expect(readFileSync(path.join(fallbackDir, "libpq.so.5"), "utf8")).toBe("library");
  });
});

describe("the owner's lock", () => {
  it("is refused while its holder lives, and free after release", async () => {
    const file = path.join(newDirectory(), "lock");
    const first = await takeOwnership(file);
    if (!first.mine) throw new Error("A new lock must be free");
    expect(await takeOwnership(file)).toMatchObject({ mine: false, holder: { pid: process.pid } });
    first.release();
    expect(await takeOwnership(file)).toMatchObject({ mine: true });
  });

  it.each([
    ["of a dead process", JSON.stringify({ pid: 2 ** 22 + 1, startedAt: "then" })],
    [
      "of a process whose number another has now",
      JSON.stringify({ pid: process.ppid, startedAt: "before it started" }),
    ],
    ["that is half written", '{"pid":'],
  ])("%s is replaced", async (_, content) => {
    const file = path.join(newDirectory(), "lock");
    writeFileSync(file, content);
    expect(await takeOwnership(file)).toMatchObject({ mine: true });
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ pid: process.pid });
  });

  it("passes to a start that waits for the holder's Postgres, when the holder dies", async () => {
    const dataDir = path.join(inject("scratchDirectory"), randomUUID());
    loadSecrets(dataDir);
    const holder = spawn("sleep", ["60"], { stdio: "ignore" });
    await once(holder, "spawn");
    const facts = await describeProcess(holder.pid ?? 0);
    const claim = { pid: holder.pid, startedAt: facts?.startedAt };
    writeFileSync(path.join(dataDir, "postgres.owner"), JSON.stringify(claim));
    const waiting = startEmbeddedPostgres({ dataDir, logger: createLogger("silent"), durable: false });
    holder.kill("SIGKILL");
    const server = await waiting;
    onTestFinished(() => server.stop());
    expect(server.owned).toBe(true);
  }, 60_000);

  it("goes to exactly one of many that want it at once, also over a dead holder's", async () => {
    const file = path.join(newDirectory(), "lock");
    writeFileSync(file, JSON.stringify({ pid: 2 ** 22 + 1, startedAt: "then" }));
    const all = await Promise.all(Array.from({ length: 20 }, () => takeOwnership(file)));
    expect(all.filter(({ mine }) => mine)).toHaveLength(1);
  });
});

describe.each([
  ["/proc", describeProcess],
  ["ps", describeByPs],
])("the facts of a process, by %s", (_, describeIt) => {
  it("are its arguments and a start time that stays the same, until it ends", async () => {
    const child = spawn("sleep", ["30"], { stdio: "ignore" });
    await once(child, "spawn");
    const facts = await describeIt(child.pid ?? 0);
    expect(facts?.command.trim()).toMatch(/sleep 30$/);
    expect(facts?.startedAt).toMatch(/\d/);
    expect(await describeIt(child.pid ?? 0)).toEqual(facts);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await describeIt(child.pid ?? 0)).toBeNull();
  });
});
