import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import ts from "typescript";

/**
 * Makes the TypeScript client a package of its own, to hand to integrators: one module for every platform that has `fetch`, its
 * types, and openapi-fetch as its only dependency. It is called keyward, as one imports `keyward/client`.
 * @param directory where to; `dist/client` for the product
 */
export async function buildClientPackage(root: string, directory: string): Promise<void> {
  const source = path.join(root, "src/client");
  const target = path.resolve(root, directory);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: [path.join(source, "index.ts")],
    outfile: path.join(target, "index.js"),
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    external: ["openapi-fetch"],
    logLevel: "warning",
  });
  writeTypes(source, target);
  writeFileSync(path.join(target, "package.json"), `${JSON.stringify(manifestOf(root), null, 2)}\n`);
}

/**
 * Packs it for npm to install. Of the same files npm makes the same bytes, with no times and no owners, on whatever machine.
 * @param directory of the package
 * @param file where to
 */
export function packClient(root: string, directory: string, file: string): void {
  const target = path.resolve(root, file);
  const packed = execFileSync(
    "npm",
    ["pack", "--silent", "--ignore-scripts", "--pack-destination", path.dirname(target), `./${directory}`],
    { cwd: root, encoding: "utf8" },
  );
  renameSync(path.join(path.dirname(target), packed.trim()), target);
}

function writeTypes(source: string, target: string): void {
  const program = ts.createProgram([path.join(source, "index.ts")], {
    declaration: true,
    emitDeclarationOnly: true,
    outDir: target,
    strict: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  });
  program.emit();
  // What is a declaration already is not among what is emitted.
  copyFileSync(path.join(source, "openapi.d.ts"), path.join(target, "openapi.d.ts"));
}

function manifestOf(root: string): object {
  const { version, license, dependencies } = JSON.parse(
    readFileSync(path.join(root, "package.json"), "utf8"),
  ) as { version: string; license: string; dependencies: Record<string, string> };
  return {
    name: "keyward",
    version,
    license,
    description: "Client of the public API of Keyward",
    type: "module",
    exports: { "./client": { types: "./index.d.ts", default: "./index.js" } },
    dependencies: { "openapi-fetch": dependencies["openapi-fetch"] },
  };
}
