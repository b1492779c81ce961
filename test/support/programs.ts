import { accessSync, constants } from "node:fs";
import path from "node:path";

/** Debian installs servers here, which the PATH of an ordinary user lacks; its Postgres is on nobody's. */
const EXTRA_DIRECTORIES = ["/usr/sbin", "/usr/local/sbin", "/usr/lib/postgresql/15/bin"];

/** Where programs are looked for. */
export const PROGRAM_PATH = [process.env.PATH, ...EXTRA_DIRECTORIES].join(path.delimiter);

/**
 * Debian's packages of what tests run for real, with the program of each that is looked for. Tests that need one
 * carry its name as a tag (`describe(title, { tags: "redis-server" }, …)`), and are skipped where it is missing.
 */
const SERVERS = {
  "redis-server": "redis-server",
  "postgresql-15": "pg_ctl",
  pgbouncer: "pgbouncer",
  nginx: "nginx",
  caddy: "caddy",
  faketime: "faketime",
  python3: "python3",
  "php-cli": "php",
  "golang-go": "go",
} as const;

export type ServerPackage = keyof typeof SERVERS;

declare module "vitest" {
  interface TestTags {
    /** And `long`, of whole files (vitest.config.ts). */
    tags: ServerPackage | "long";
  }
}

/** What vitest has to know of each package: its tag, and whether to skip the tests that carry it. */
export const SERVER_TAGS = (Object.keys(SERVERS) as ServerPackage[]).map((name) => ({
  name,
  description: `needs Debian's package ${name}`,
  skip: !isInstalled(SERVERS[name]),
}));

/** The packages that are not installed. */
export function missingPackages(): ServerPackage[] {
  return SERVER_TAGS.filter(({ skip }) => skip).map(({ name }) => name);
}

function isInstalled(program: string): boolean {
  return PROGRAM_PATH.split(path.delimiter).some((directory) => {
    try {
      accessSync(path.join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
