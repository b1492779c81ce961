import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build as bundle } from "esbuild";
import { clearStamp, fingerprint, isBuilt, writeStamp } from "./build-stamp";

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
  const sources = fingerprint(root);
  if (onlyIfNeeded && isBuilt(root, sources)) return;
  process.stdout.write(`Building Keyward${onlyIfNeeded ? " (first start or sources changed)" : ""} …\n`);
  clearStamp(root);
  await bundleServer(root);
  await buildPages(root);
  writeStamp(root, sources);
  process.stdout.write("Built Keyward.\n");
}

main().catch((error: unknown) => {
  // The first line: esbuild repeats in the others what it has already printed.
  const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
  process.stderr.write(`The build failed: ${reason}\n`);
  process.exitCode = 1;
});
