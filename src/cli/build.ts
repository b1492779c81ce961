import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { clearStamp, fingerprint, isBuilt, writeStamp } from "./build-stamp";
import { bundleCommandLine, bundleServer } from "./bundle";
import { buildClientPackage, packClient } from "./client-package";
import { compressPages } from "./compress";

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
  await bundleServer(root, "dist");
  await bundleCommandLine(root, "dist");
  await buildClientPackage(root, "dist/client");
  packClient(root, "dist/client", "dist/keyward-client.tgz");
  await buildPages(root);
  await compressPages(path.join(root, ".next/static"));
  writeStamp(root, sources);
  process.stdout.write("Built Keyward.\n");
}

main().catch((error: unknown) => {
  // The first line: esbuild repeats in the others what it has already printed.
  const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
  process.stderr.write(`The build failed: ${reason}\n`);
  process.exitCode = 1;
});
