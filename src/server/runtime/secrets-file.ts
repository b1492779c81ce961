import { randomUUID } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import * as z from "zod";
import { newToken } from "@/server/core/secrets";

const secret = z.string().min(16);
const secretsSchema = z.object({ nextAuthSecret: secret, keyPepper: secret, postgresPassword: secret });

/** What Keyward makes for itself at the first start: 32 random bytes each, base64url. */
export type Secrets = z.infer<typeof secretsSchema>;

/** DATA_DIR/secrets.json is unreadable, damaged, or missing although it must have been there; the message says what to do. */
export class SecretsFileError extends Error {
  override name = "SecretsFileError";
}

/** Where the embedded Postgres keeps its cluster. Here, because a cluster without secrets is a loss to report. */
export function clusterDirectory(dataDir: string): string {
  return path.join(dataDir, "postgres");
}

/** Whether there is a cluster of the embedded Postgres. True also where that may not be seen: starting it will say so. */
export function hasCluster(dataDir: string): boolean {
  try {
    return statSync(path.join(clusterDirectory(dataDir), "PG_VERSION")).isFile();
  } catch (error) {
    return !["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "");
  }
}

/**
 * Reads the secrets of this installation from DATA_DIR/secrets.json (mode 0600), or makes directory and file where
 * there are none. Of several processes that start at once, one makes the file and all read that one.
 *
 * A file that is there but wrong is never replaced: a new pepper would turn every stored digest into that of another
 * key, so that every key would be dead at once, and nothing could bring them back.
 * @throws SecretsFileError when the file cannot be read, is damaged, or is missing beside an existing cluster
 */
export function loadSecrets(dataDir: string): Secrets {
  const file = path.join(dataDir, "secrets.json");
  // Asked before the file is read: the cluster is made after the file, so a cluster seen here had its secrets.
  const hadCluster = hasCluster(dataDir);
  const present = readSecrets(file);
  if (present) return present;
  if (hadCluster) {
    throw new SecretsFileError(
      `${file} is missing, but ${clusterDirectory(dataDir)} has a database. Restore the file from a backup: with new secrets, every API key in that database would stop working.`,
    );
  }
  return createSecrets(file);
}

/**
 * Puts the secrets of a backup in the place of those that an empty installation has made for itself. Only for such a one.
 * @returns what puts the former back
 * @throws SecretsFileError
 */
export function replaceSecrets(
  dataDir: string,
  restored: Partial<Omit<Secrets, "postgresPassword">>,
): () => void {
  const file = path.join(dataDir, "secrets.json");
  const former = loadSecrets(dataDir);
  const put = (secrets: Secrets) => {
    const temporary = `${file}.${randomUUID()}.tmp`;
    try {
      writeSecrets(temporary, secrets);
      renameSync(temporary, file);
    } catch (error) {
      throw notWritten(file, error);
    } finally {
      rmSync(temporary, { force: true });
    }
  };
  put({ ...former, ...restored });
  return () => put(former);
}

function notWritten(file: string, error: unknown): SecretsFileError {
  return new SecretsFileError(
    `Cannot write ${file}: ${messageOf(error)}. Set DATA_DIR to a directory that Keyward's user can write, or hand this one over with chown.`,
    { cause: error },
  );
}

function writeSecrets(temporary: string, secrets: Secrets): void {
  const handle = openSync(temporary, "wx", 0o600);
  try {
    writeSync(handle, `${JSON.stringify(secrets, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function createSecrets(file: string): Secrets {
  const secrets: Secrets = {
    nextAuthSecret: newToken(),
    keyPepper: newToken(),
    postgresPassword: newToken(),
  };
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    // As root, Postgres runs as another user, which must be able to pass through to its cluster, but not to list.
    mkdirSync(path.dirname(file), { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    writeSecrets(temporary, secrets);
    // Not rename, which would put our secrets over those of a process that starts at the same time: link refuses.
    linkSync(temporary, file);
    return secrets;
  } catch (error) {
    const theirs = errorCode(error) === "EEXIST" ? readSecrets(file) : null;
    if (theirs) return theirs;
    throw notWritten(file, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** The file's content, or null when there is no such file. */
function readSecrets(file: string): Secrets | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    if (errorCode(error) === "ENOTDIR") {
      throw new SecretsFileError(
        `${path.dirname(file)} is a file, or lies below one. Set DATA_DIR to a directory.`,
        { cause: error },
      );
    }
    throw new SecretsFileError(
      `Cannot read ${file}: ${messageOf(error)}. Start Keyward as the user who owns the file, or hand it over with chown.`,
      { cause: error },
    );
  }
  closeToOthers(file);
  const parsed = secretsSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    // The reasons name fields only; a value could be a secret, and this goes to a log.
    const fields = parsed.error.issues.map((issue) => issue.path.join(".")).filter(Boolean);
    throw new SecretsFileError(
      `${file} is damaged (${fields.length ? `wrong or missing: ${fields.join(", ")}` : "not a JSON object"}). Restore it from a backup. Do not delete it: with new secrets, every API key would stop working.`,
    );
  }
  return parsed.data;
}

/** A restored backup is often readable by everybody. */
function closeToOthers(file: string): void {
  if ((statSync(file).mode & 0o077) === 0) return;
  try {
    chmodSync(file, 0o600);
  } catch {
    // A file mounted read-only by the operator keeps the mode the operator gave it.
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
