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

/** Bundles the Node process. */
export async function bundleServer(root: string): Promise<void> {
  await build({
    ...FOR_NODE,
    absWorkingDir: root,
    entryPoints: ["src/server/main.ts"],
    outfile: "dist/main.js",
    // React and Next choose between their two builds when they are imported, and imports run before any statement.
    // So the default is set in a module of its own, which is imported first. (%3F%3F=: a ? would end the address.)
    banner: { js: `import "data:text/javascript,process.env.NODE_ENV%3F%3F='production'";` },
  });
}

/**
 * Bundles the command line: `cli.js` with what every command takes, and beside it in `cli/` what only some load, so that
 * help and refusals are there at once.
 * @param directory where to; `dist` for the product
 */
export async function bundleCommandLine(root: string, directory: string): Promise<void> {
  // Their names change with what is in them: those of the last build would stay for ever.
  rmSync(path.resolve(root, directory, "cli"), { recursive: true, force: true });
  await build({
    ...FOR_NODE,
    absWorkingDir: root,
    entryPoints: { cli: "src/cli/main.ts" },
    outdir: directory,
    splitting: true,
    chunkNames: "cli/[hash]",
    banner: { js: "#!/usr/bin/env node" },
  });
}
