import { rmSync } from "node:fs";
import path from "node:path";
import { type BuildOptions, build } from "esbuild";

/** Packages stay in node_modules, where their native parts are. */
const FOR_NODE = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  tsconfig: "tsconfig.json",
  sourcemap: true,
  logLevel: "warning",
} as const satisfies BuildOptions;

/**
 * Bundles the Node process: `main.js`, which looks at Node's version, and beside it in `server/` all that it then imports.
 */
export function bundleServer(root: string): Promise<void> {
  return bundle(root, "dist", { name: "main", entry: "src/server/entry.ts", parts: "server" });
}

/**
 * Bundles the command line: `cli.js` likewise, and in `cli/` what every command takes and what only some load, so that help
 * and refusals are there at once.
 * @param directory where to; `dist` for the product
 */
export function bundleCommandLine(root: string, directory: string): Promise<void> {
  const banner = { js: "#!/usr/bin/env node" };
  return bundle(root, directory, { name: "cli", entry: "src/cli/entry.ts", parts: "cli" }, { banner });
}

async function bundle(
  root: string,
  directory: string,
  { name, entry, parts }: { name: string; entry: string; parts: string },
  more: BuildOptions = {},
): Promise<void> {
  // Their names change with what is in them: those of the last build would stay for ever.
  rmSync(path.resolve(root, directory, parts), { recursive: true, force: true });
  await build({
    ...FOR_NODE,
    ...more,
    absWorkingDir: root,
    entryPoints: { [name]: entry },
    outdir: directory,
    splitting: true,
    chunkNames: `${parts}/[hash]`,
  });
}
