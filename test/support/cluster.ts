import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chownSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import postgres from "postgres";
import { inject } from "vitest";
import { poll } from "@/server/db/embedded/processes";
import { installed, runServer } from "./debian-server";
import { freePort } from "./ports";

/** Where Debian puts the programs of its Postgres, which are on nobody's PATH. */
const BIN = "/usr/lib/postgresql/15/bin";
const SUPERUSER = "dba";
const READY_TIMEOUT_MS = 20_000;

/** A Postgres of somebody else: Debian's, with a cluster of its own and a superuser who is not us. */
export interface TestCluster {
  port: number;
  /** Directory of its Unix socket. */
  socketDirectory: string;
  /** Connection URL over TCP, without TLS unless the parameters say otherwise. */
  url(user: string, database: string, parameters?: string): string;
  /** Runs statements as the superuser. */
  asAdmin<Result>(use: (sql: postgres.Sql) => Promise<Result>, database?: string): Promise<Result>;
  stop(): Promise<void>;
}

/** Whether Debian's Postgres is installed; for `describe.skipIf(!clusterAvailable())`. */
export const clusterAvailable = () => installed(`${BIN}/postgres`);

export interface ClusterOptions {
  /** Settings of postgresql.conf. */
  settings?: Record<string, string>;
  /** Lines of pg_hba.conf that come before the one that lets everybody in with a password. */
  hba?: readonly string[];
  /** Files to put beside the cluster, by name, with their contents. */
  files?: Record<string, string>;
}

/** Makes and starts a cluster. Every role's password is its name. */
export async function startCluster(options: ClusterOptions = {}): Promise<TestCluster> {
  const directory = newDirectory();
  const data = path.join(directory, "data");
  const passwordFile = path.join(directory, "password");
  write(passwordFile, SUPERUSER);
  const initdb = [
    "--pgdata",
    data,
    "--username",
    SUPERUSER,
    "--pwfile",
    passwordFile,
    "--auth=scram-sha-256",
  ];
  const [program = "", ...args] = asServer(`${BIN}/initdb`, [
    ...initdb,
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
  ]);
  execFileSync(program, args, { cwd: "/", stdio: ["ignore", "ignore", "pipe"] });
  for (const [name, content] of Object.entries(options.files ?? {})) write(path.join(data, name), content);
  write(
    path.join(data, "pg_hba.conf"),
    [...(options.hba ?? []), "local all all scram-sha-256", "host all all 127.0.0.1/32 scram-sha-256"]
      .join("\n")
      .concat("\n"),
  );
  const port = await freePort();
  const settings = {
    port: String(port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: directory,
    fsync: "off",
    max_connections: "200",
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const [server = "", ...serverArgs] = asServer(`${BIN}/postgres`, ["-D", data, ...flags]);
  const running = runServer(server, serverArgs);
  let output = "";
  running.child.stderr?.on("data", (chunk: Buffer) => {
    output += chunk;
  });
  const url = (user: string, database: string, parameters = "sslmode=disable") =>
    `postgres://${user}:${user}@localhost:${port}/${database}?${parameters}`;
  const asAdmin = async <Result>(use: (sql: postgres.Sql) => Promise<Result>, database = "postgres") => {
    const sql = postgres(url(SUPERUSER, database), { max: 1, onnotice: () => undefined, fetch_types: false });
    try {
      return await use(sql);
    } finally {
      await sql.end();
    }
  };
  const stop = async () => {
    // Asked first: a killed one leaves shared memory behind.
    running.child.kill("SIGINT");
    await poll(() => (running.child.exitCode === null ? undefined : true), READY_TIMEOUT_MS);
    await running.stop();
  };
  const ready = await poll(
    async () => {
      if (running.child.exitCode !== null) throw new Error(`Postgres ended before it was ready:\n${output}`);
      return asAdmin((sql) => sql`select 1`).then(
        () => true,
        () => undefined,
      );
    },
    READY_TIMEOUT_MS,
    50,
  );
  if (ready) return { port, socketDirectory: directory, url, asAdmin, stop };
  await stop();
  throw new Error(`Postgres did not become ready:\n${output}`);
}

/** A pooler in transaction mode, as hostings put one in front of Postgres. */
export interface TestPooler {
  port: number;
  url(user: string, database: string, parameters?: string): string;
  stop(): Promise<void>;
}

export const poolerAvailable = () => installed("pgbouncer");

/** @param users who may come through it, with their names as passwords: a fixed list, as poolers have it */
export async function startPooler(cluster: TestCluster, users: readonly string[]): Promise<TestPooler> {
  const directory = newDirectory();
  const port = await freePort();
  const list = path.join(directory, "users.txt");
  write(list, users.map((user) => `"${user}" "${user}"\n`).join(""));
  const settings = {
    listen_addr: "127.0.0.1",
    listen_port: port,
    unix_socket_dir: "",
    auth_type: "scram-sha-256",
    auth_file: list,
    pool_mode: "transaction",
    default_pool_size: 3,
  };
  const file = path.join(directory, "pgbouncer.ini");
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  write(file, `[databases]\n* = host=127.0.0.1 port=${cluster.port}\n[pgbouncer]\n${lines.join("\n")}\n`);
  const [program = "", ...args] = asServer("pgbouncer", [file]);
  const running = runServer(program, args);
  let output = "";
  running.child.stderr?.on("data", (chunk: Buffer) => {
    output += chunk;
  });
  const ready = await poll(() => {
    if (running.child.exitCode !== null) throw new Error(`pgbouncer ended before it was ready:\n${output}`);
    return output.includes("process up") || undefined;
  }, READY_TIMEOUT_MS);
  const url = (user: string, database: string, parameters = "sslmode=disable") =>
    `postgres://${user}:${user}@127.0.0.1:${port}/${database}?${parameters}`;
  if (ready) return { port, url, stop: running.stop };
  await running.stop();
  throw new Error(`pgbouncer did not become ready:\n${output}`);
}

/** Self-made certificates: an authority, and a server's for the name `localhost` and no address. */
export function makeCertificates(): {
  authorityFile: string;
  certificate: string;
  key: string;
  otherAuthorityFile: string;
} {
  const directory = newDirectory();
  const at = (name: string) => path.join(directory, name);
  const openssl = (...args: string[]) =>
    execFileSync("openssl", args, { cwd: directory, stdio: "pipe" }).toString();
  for (const name of ["authority", "other"]) {
    openssl(
      ..."req -x509 -newkey rsa:2048 -nodes -days 30".split(" "),
      "-subj",
      `/CN=${name}`,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.crt`,
    );
  }
  openssl(..."req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr".split(" "));
  writeFileSync(at("names"), "subjectAltName=DNS:localhost\n");
  const certificate = openssl(
    ..."x509 -req -in server.csr -CA authority.crt -CAkey authority.key -days 30 -extfile names".split(" "),
  );
  return {
    authorityFile: at("authority.crt"),
    otherAuthorityFile: at("other.crt"),
    certificate,
    key: openssl("pkey", "-in", "server.key"),
  };
}

const isRoot = process.getuid?.() === 0;

/** Neither Postgres nor pgbouncer runs as root; Debian's packages make a user for them. */
function asServer(program: string, args: readonly string[]): string[] {
  if (!isRoot) return [program, ...args];
  return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", program, ...args];
}

function write(file: string, content: string): void {
  writeFileSync(file, content, { mode: 0o600 });
  if (isRoot) handOver(file);
}

function newDirectory(): string {
  const directory = path.join(inject("scratchDirectory"), `cluster-${randomUUID().slice(0, 8)}`);
  mkdirSync(directory, { mode: 0o755 });
  if (isRoot) handOver(directory);
  return directory;
}

function handOver(file: string): void {
  const [uid = 0, gid = 0] = ["-u", "-g"].map((flag) =>
    Number(execFileSync("id", [flag, "postgres"]).toString()),
  );
  chownSync(file, uid, gid);
}
