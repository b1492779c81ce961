// Refuses a lock file that does not pin what it installs, and packages with known holes that somebody could use.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

// The others are of what the benchmark compares with, of ClickHouse's engine, and of tools for the description of the API, for the
// slow tests; nothing else installs them.
const entries = [
  "package-lock.json",
  "test/bench/peers/package-lock.json",
  "test/support/clickhouse/package-lock.json",
  "test/support/openapi-tools/package-lock.json",
].flatMap(entriesOf);

const unpinned = entries
  .filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? ""))
  .map(([name]) => name);
if (unpinned.length > 0)
  fail(`without a sha512 integrity, so that anything could be installed in its place:`, unpinned);

const located = entries.filter(([, { resolved }]) => resolved !== undefined).map(([name]) => name);
if (located.length > 0) fail("with a download address, which another machine may not reach:", located);

process.stdout.write(`${entries.length} packages are pinned by their contents.\n`);
auditPackages();

function entriesOf(file) {
  const { packages } = JSON.parse(readFileSync(file, "utf8"));
  // The entry with the empty name is the project itself.
  return Object.entries(packages).filter(([name, entry]) => name !== "" && !entry.link);
}

/** Reports holes of severity high and above in what users run. Not every registry answers this question. */
function auditPackages() {
  const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json"], { encoding: "utf8" });
  const report = parsed(stdout);
  if (!report?.metadata?.vulnerabilities) {
    process.stdout.write("npm audit: the registry here does not answer it.\n");
    return;
  }
  const serious = Object.values(report.vulnerabilities).filter(({ severity }) =>
    /^(high|critical)$/.test(severity),
  );
  if (serious.length > 0)
    fail(
      "with known holes (npm audit tells them):",
      serious.map(({ name }) => name),
    );
  process.stdout.write("npm audit: nothing serious.\n");
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fail(what, names) {
  process.stderr.write(`Packages ${what}\n  ${names.join("\n  ")}\n`);
  process.exit(1);
}
