import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build as bundle } from "esbuild";

/** All that the outcome of a build depends on. Missing ones count as such. */
const INPUTS = [
  "src",
  "drizzle",
  "public",
  "package-lock.json",
  "next.config.ts",
  "tsconfig.json",
  "postcss.config.mjs",
];
/** What a build leaves behind, and `npm start` cannot do without. */
const OUTPUTS = ["dist/main.js", ".next/BUILD_ID"];
/** The fingerprint of the inputs that the present outputs were built from. */
const STAMP = "dist/.build";

/**
 * A fingerprint of the sources. Of their contents, not of their times: a clone, a copy into an image or a switch of
 * branches there and back changes all times and nothing else.
 */
function fingerprint(root: string): string {
  const hash = createHash("sha256").update(`node ${process.version}\n`);
  for (const input of INPUTS) {
    for (const file of filesOf(root, input)) {
      const content = readFileSync(path.join(root, file));
      // Lengths make it unambiguous where a file ends and the next begins.
      hash.update(`${file} ${content.length}\n`).update(content);
    }
  }
  return hash.digest("hex");
}

/** The files of an input in an order that does not depend on the file system. */
function filesOf(root: string, input: string): string[] {
  const place = path.join(root, input);
  if (!existsSync(place)) return [];
  if (!statSync(place).isDirectory()) return [input];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

function isUpToDate(root: string, present: string): boolean {
  const stamp = path.join(root, STAMP);
  if (!OUTPUTS.every((output) => existsSync(path.join(root, output)))) return false;
  return existsSync(stamp) && readFileSync(stamp, "utf8") === present;
}

/** Bundles the Node process. Packages stay in node_modules, where their native parts are. */
async function bundleServer(root: string): Promise<void> {
  await bundle({
    absWorkingDir: root,
    entryPoints: ["src/server/main.ts"],
    outfile: "dist/main.js",
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    tsconfig: "tsconfig.json",
    sourcemap: true,
    // React and Next choose between their two builds when they are imported, and imports run before any statement.
    // So the default is set in a module of its own, which is imported first. (%3F%3F=: a ? would end the address.)
    banner: { js: `import "data:text/javascript,process.env.NODE_ENV%3F%3F='production'";` },
    logLevel: "warning",
  });
}

/** @throws Error when it fails; its own output has told why by then. */
async function buildPages(root: string): Promise<void> {
  const next = createRequire(pathToFileURL(path.join(root, "package.json"))).resolve("next/dist/bin/next");
  // Handed on whole, nothing is read. A shell's NODE_ENV=development would make Next build pages that do not work.
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" as const };
  const code = await new Promise((resolve, reject) => {
    spawn(process.execPath, [next, "build"], { cwd: root, env, stdio: "inherit" })
      .once("error", reject)
      .once("exit", (exitCode, signal) => resolve(exitCode ?? signal));
  });
  if (code !== 0) throw new Error(`next build ended with ${code}`);
}

async function main(): Promise<void> {
  const root = path.resolve(import.meta.dirname, "../..");
  const onlyIfNeeded = process.argv.includes("--if-needed");
  // Taken before the build: what is edited meanwhile calls for another one.
  const present = fingerprint(root);
  if (onlyIfNeeded && isUpToDate(root, present)) return;
  process.stdout.write(`Building Keyward${onlyIfNeeded ? " (first start or sources changed)" : ""} …\n`);
  const stamp = path.join(root, STAMP);
  // A build that fails or is interrupted leaves outputs of two ages: they must not pass for the last good ones.
  rmSync(stamp, { force: true });
  await bundleServer(root);
  await buildPages(root);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, present);
  process.stdout.write("Built Keyward.\n");
}

main().catch((error: unknown) => {
  // The first line: esbuild repeats in the others what it has already printed.
  const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
  process.stderr.write(`The build failed: ${reason}\n`);
  process.exitCode = 1;
});
