import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { EmbeddedPostgresError, messageOf } from "./errors";
import { onlyThese, SYSTEM_PATH } from "./processes";

const run = promisify(execFile);

/** Whose right Postgres runs with, where that is not our own. */
export interface Account {
  uid: number;
  gid: number;
}

/** How Postgres' programs are run, and who owns their files. */
export interface RunAs {
  /** Null: as ourselves. */
  account: Account | null;
  /** True when it may read every file, because a directory on its way is closed to the account. */
  readsEverything: boolean;
  /** Turns a program and its arguments into what is to be spawned. */
  command(program: string, args: string[]): { file: string; args: string[]; options: Partial<Account> };
}

/** What Postgres must reach: the data directory and its own program, which needs `env` to find its libraries. */
export interface Places {
  dataDir: string;
  program: string;
  env: Record<string, string>;
}

const ACCOUNT_NAME = "postgres";

const asOurselves: RunAs = {
  account: null,
  readsEverything: false,
  command: (file, args) => ({ file, args, options: {} }),
};

/**
 * Decides how to run Postgres. An ordinary user runs it as is. Root cannot (Postgres refuses), so it runs as the owner
 * of the existing cluster, or else as the user `postgres`, made if missing.
 *
 * Where a directory on the way is closed to that user (/root is), Postgres gets one capability along, to pass through
 * directories and read files; nothing to write outside of what it owns. `access(2)` ignores capabilities of ordinary
 * users unless the securebit no_setuid_fixup is set, and Postgres asks it whether its own program can be run.
 * @param clusterDir the cluster, if there is one already
 * @throws EmbeddedPostgresError naming the closed directory and the cure
 */
export async function chooseRunAs(places: Places, clusterDir: string | null): Promise<RunAs> {
  if (process.getuid?.() !== 0) return asOurselves;
  const account = (clusterDir && ownerOf(clusterDir)) || (await findOrMakeAccount());
  const plain: RunAs = {
    account,
    readsEverything: false,
    command: (file, args) => ({ file, args, options: account }),
  };
  if ((await refusal(plain, places)) === null) return plain;
  const capable: RunAs = {
    account,
    readsEverything: true,
    command: (file, args) => ({
      file: "setpriv",
      args: [
        `--reuid=${account.uid}`,
        `--regid=${account.gid}`,
        "--clear-groups",
        "--inh-caps=-all,+dac_read_search",
        "--ambient-caps=-all,+dac_read_search",
        "--bounding-set=-all,+dac_read_search",
        "--securebits=+no_setuid_fixup",
        "--no-new-privs",
        "--",
        file,
        ...args,
      ],
      options: {},
    }),
  };
  const reason = await refusal(capable, places);
  if (reason === null) return capable;
  const closed = closedDirectory([places.dataDir, path.dirname(places.program)], account);
  if (!closed) throw new EmbeddedPostgresError(`Postgres cannot be run as uid ${account.uid}: ${reason}`);
  const install = isBelow(places.program, closed) ? ", install Keyward outside of it" : "";
  throw new EmbeddedPostgresError(
    `Postgres refuses to run as root, and the user it runs as instead (uid ${account.uid}) cannot enter ${closed}: set DATA_DIR to a directory outside of it${install}, or start Keyward as an ordinary user. (${reason})`,
  );
}

/** Why Postgres could not work there when run that way; null when it could. */
async function refusal(runAs: RunAs, places: Places): Promise<string | null> {
  const share = path.resolve(path.dirname(places.program), "../share");
  const check = 'test -x "$1" && test -x "$2" && test -r "$3" && "$2" --version';
  const { file, args, options } = runAs.command("/bin/sh", [
    "-c",
    check,
    "sh",
    places.dataDir,
    places.program,
    share,
  ]);
  try {
    await run(file, args, {
      ...options,
      cwd: "/",
      env: onlyThese({ ...places.env, PATH: SYSTEM_PATH, LC_ALL: "C" }),
    });
    return null;
  } catch (error) {
    const stderr = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    return (stderr || messageOf(error)).split("\n")[0] ?? "unknown reason";
  }
}

/** Null where root owns it: a copy made by root, which is to be handed over. */
function ownerOf(directory: string): Account | null {
  const { uid, gid } = statSync(directory);
  return uid === 0 ? null : { uid, gid };
}

async function findOrMakeAccount(): Promise<Account> {
  const known = await findAccount();
  if (known) return known;
  try {
    const env = onlyThese({ PATH: SYSTEM_PATH });
    await run("groupadd", ["--system", "--force", ACCOUNT_NAME], { env });
    const home = ["--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"];
    await run("useradd", ["--system", "--gid", ACCOUNT_NAME, ...home, ACCOUNT_NAME], { env });
  } catch (error) {
    throw new EmbeddedPostgresError(
      `Postgres refuses to run as root, and the user "${ACCOUNT_NAME}" for it could not be made: start Keyward as an ordinary user, or make that user. (${messageOf(error).trim()})`,
    );
  }
  const made = await findAccount();
  if (!made) throw new EmbeddedPostgresError(`The user "${ACCOUNT_NAME}" was made but cannot be found.`);
  return made;
}

async function findAccount(): Promise<Account | null> {
  try {
    const ids = await Promise.all(
      ["-u", "-g"].map(async (flag) => {
        const { stdout } = await run("id", [flag, ACCOUNT_NAME], { env: onlyThese({ PATH: SYSTEM_PATH }) });
        return Number.parseInt(stdout, 10);
      }),
    );
    const [uid, gid] = ids;
    return uid === undefined || gid === undefined ? null : { uid, gid };
  } catch {
    return null;
  }
}

/** The first directory on the ways that its mode closes to the account; a guess, but one an operator can check. */
function closedDirectory(ways: string[], account: Account): string | undefined {
  return ways
    .flatMap((way) =>
      way.split(path.sep).map((_, depth, parts) => parts.slice(0, depth + 1).join(path.sep) || "/"),
    )
    .find((directory) => {
      const { mode, uid, gid } = statSync(directory);
      const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
      return (mode & bit) === 0;
    });
}

function isBelow(file: string, directory: string): boolean {
  return file.startsWith(`${directory}${path.sep}`);
}
