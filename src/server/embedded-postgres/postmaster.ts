import { execFile } from "node:child_process";
import { readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import postgres from "postgres";
import { codeOf, EmbeddedPostgresError, messageOf } from "./errors";
import { ensureOwner, handOver, OWNER, ownerPassword } from "./ownership";
import { describeProcess, waitUntilGone } from "./processes";

const run = promisify(execFile);

/** The superuser that initdb makes, and the database that Keyward keeps its tables in. */
export const SUPERUSER = "keyward";
export const DATABASE = "keyward";

/** Closing all connections and writing all pages out; more than a full shared_buffers needs on a slow disk. */
const FAST_SHUTDOWN_MS = 30_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;

/** The main process of a Postgres, as it describes itself in postmaster.pid. */
export interface Postmaster {
  pid: number;
  /** On 127.0.0.1; 0 while not known yet. */
  port: number;
  status: "starting" | "ready" | "stopping" | "unknown";
}

/** What postmaster.pid says, true or not; null when there is none, or none that can be understood. */
export function readPostmaster(clusterDir: string): Postmaster | null {
  const lines = readPidFile(clusterDir)?.split("\n") ?? [];
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  const word = lines[7]?.trim();
  const status = word === "starting" || word === "ready" || word === "stopping" ? word : "unknown";
  return { pid, port: Number(lines[3]) || 0, status };
}

/**
 * The Postgres that runs on the cluster now. A postmaster.pid that names a dead process, or one that has been given the
 * number since, does not count.
 */
export async function findRunning(clusterDir: string, password: string): Promise<Postmaster | null> {
  const postmaster = readPostmaster(clusterDir);
  if (!postmaster) return null;
  const facts = await describeProcess(postmaster.pid);
  if (!facts) return null;
  if (`${facts.command} `.includes(` -D ${clusterDir} `)) return postmaster;
  // Started by hand with a relative path, say. Whoever answers with our password from our directory is ours.
  return (await servesCluster(postmaster.port, clusterDir, password)) ? postmaster : null;
}

/**
 * Makes a stale postmaster.pid harmless, when no Postgres runs. Not by removing it: the file also names the shared
 * memory of the former Postgres, by which the next one sees that no process of the former still writes to the cluster.
 * A number that belongs to another living program would refuse the start; that of the parent, ours, is passed over.
 */
export function disarmStalePidFile(clusterDir: string): void {
  const file = pidFile(clusterDir);
  const text = readPidFile(clusterDir);
  if (text === null) return;
  // Half written when the machine went down: it protects nothing, and Postgres would refuse to start over it.
  if (!readPostmaster(clusterDir)) rmSync(file, { force: true });
  else writeFileSync(file, text.replace(/^\d+/, String(process.pid)));
}

/**
 * Fast shutdown: ends all sessions, writes everything out, and returns when the process is gone.
 * @throws EmbeddedPostgresError when it is still there after 40 s
 */
export async function stopPostmaster(pid: number, clusterDir: string, pgCtl: string): Promise<void> {
  if (process.platform === "win32") {
    // There, Node's signals end a process at once. pg_ctl asks Postgres through a pipe.
    await run(pgCtl, ["stop", "-D", clusterDir, "-m", "fast"], { windowsHide: true });
    return;
  }
  signal(pid, "SIGINT");
  if (await waitUntilGone(pid, FAST_SHUTDOWN_MS)) return;
  // Immediate shutdown. Nothing committed is lost, the next start recovers it from the log.
  signal(pid, "SIGQUIT");
  if (await waitUntilGone(pid, IMMEDIATE_SHUTDOWN_MS)) return;
  throw new EmbeddedPostgresError(`The embedded Postgres (pid ${pid}) does not stop.`);
}

/**
 * Connection string of Keyward's database.
 * @param password the superuser's, from which the owner's follows
 */
export function ownerUrl(port: number, password: string): string {
  return urlOf(OWNER, ownerPassword(password), port, DATABASE);
}

/** Connection string of the superuser's, for what only that one may do. */
export function superuserUrl(port: number, password: string, database: string): string {
  return urlOf(SUPERUSER, password, port, database);
}

function urlOf(user: string, password: string, port: number, database: string): string {
  // The loopback interface is nobody's wire, and this Postgres has no certificate to show.
  return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}?sslmode=disable`;
}

/**
 * Makes Keyward's database if it is missing, and sees to it that it and all in it is the owner's.
 * @throws EmbeddedPostgresError when the stored password is not the cluster's
 */
export async function ensureDatabase(port: number, password: string): Promise<void> {
  await withClient(superuserUrl(port, password, "postgres"), async (sql) => {
    await ensureOwner(sql);
    const [present] = await sql`select 1 from pg_database where datname = ${DATABASE}`;
    if (!present) await sql`create database ${sql(DATABASE)} owner ${sql(OWNER)}`;
  });
  await withClient(superuserUrl(port, password, DATABASE), (sql) => handOver(sql, password));
}

/**
 * True when Keyward's database is there, its owner's, and takes connections.
 * @throws EmbeddedPostgresError when the stored password is not the cluster's
 */
export async function answers(port: number, password: string): Promise<boolean> {
  const asks = (url: string) => withClient(url, (sql) => sql`select 1`);
  try {
    await asks(superuserUrl(port, password, "postgres"));
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    return false;
  }
  // Until everything is the owner's, it cannot sign in.
  return asks(ownerUrl(port, password)).then(
    () => true,
    () => false,
  );
}

async function servesCluster(port: number, clusterDir: string, password: string): Promise<boolean> {
  if (port === 0) return false;
  try {
    return await withClient(superuserUrl(port, password, "postgres"), async (sql) => {
      const [row] = await sql<{ data_directory: string }[]>`show data_directory`;
      return row !== undefined && realpathSync(row.data_directory) === realpathSync(clusterDir);
    });
  } catch {
    // Nobody there, another program, another Postgres: not ours in any case.
    return false;
  }
}

async function withClient<T>(url: string, use: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => undefined, fetch_types: false });
  try {
    return await use(sql);
  } catch (error) {
    if (codeOf(error) !== "28P01") throw error;
    throw new EmbeddedPostgresError(
      "The embedded Postgres does not accept the password in DATA_DIR/secrets.json: file and database are not of the same installation.",
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function pidFile(clusterDir: string): string {
  return path.join(clusterDir, "postmaster.pid");
}

function readPidFile(clusterDir: string): string | null {
  try {
    return readFileSync(pidFile(clusterDir), "utf8");
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new EmbeddedPostgresError(
      `Cannot read the cluster in ${clusterDir}: ${messageOf(error)}. Start Keyward as the user who owns it (or as root), or hand it over with chown -R.`,
      { cause: error },
    );
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended by itself in between.
    if (codeOf(error) !== "ESRCH") throw error;
  }
}
