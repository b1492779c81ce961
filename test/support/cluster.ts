import { execFileSync } from "node:child_process";
import path from "node:path";
import postgres from "postgres";
import { poll } from "@/server/embedded-postgres/processes";
import {
  asPostgres,
  type DebianServer,
  newServerDirectory,
  runServer,
  writeServerFile,
} from "./debian-server";
import { freePort } from "./ports";
import { signalPostgres } from "./postgres-processes";

/** Debian's own are on nobody's PATH. */
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
  /** Stops its processes where they are (SIGSTOP): connections stay open, and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** As a stop of the service does: sessions end, and all is written. */
  stop(): Promise<void>;
  /** After a stop: where it was, with what it had. Resolves once it takes connections. */
  start(): Promise<void>;
}

export interface ClusterOptions {
  /** Settings of postgresql.conf. */
  settings?: Record<string, string>;
  /** Lines of pg_hba.conf that come before the one that lets everybody in with a password. */
  hba?: readonly string[];
  /** What its processes have in their environment, such as another clock. */
  environment?: Record<string, string>;
  /** Files to put beside the cluster, by name, with their contents. */
  files?: Record<string, string>;
}

/** Makes and starts a cluster. Every role's password is its name. */
export async function startCluster(options: ClusterOptions = {}): Promise<TestCluster> {
  const directory = newServerDirectory();
  const data = path.join(directory, "data");
  const passwordFile = path.join(directory, "password");
  writeServerFile(passwordFile, SUPERUSER);
  const initdb = [
    "--pgdata",
    data,
    "--username",
    SUPERUSER,
    "--pwfile",
    passwordFile,
    "--auth=scram-sha-256",
  ];
  const [program, ...args] = asPostgres(`${BIN}/initdb`, [
    ...initdb,
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
  ]);
  execFileSync(program, args, { cwd: "/", stdio: ["ignore", "ignore", "pipe"] });
  for (const [name, content] of Object.entries(options.files ?? {}))
    writeServerFile(path.join(data, name), content);
  writeServerFile(
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
  const environment = Object.entries(options.environment ?? {}).map(([name, value]) => `${name}=${value}`);
  const [server, ...serverArgs] = asPostgres("env", [
    ...environment,
    `${BIN}/postgres`,
    "-D",
    data,
    ...flags,
  ]);
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
  let running: DebianServer | undefined;
  const stop = async () => {
    if (!running) return;
    // Asked first: a killed one leaves shared memory behind.
    const { child } = running;
    child.kill("SIGINT");
    await poll(() => (child.exitCode === null ? undefined : true), READY_TIMEOUT_MS);
    await running.stop();
    running = undefined;
  };
  const start = async () => {
    running = runServer(server, serverArgs);
    const { child } = running;
    let output = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      output += chunk;
    });
    const ready = await poll(
      async () => {
        if (child.exitCode !== null) throw new Error(`Postgres ended before it was ready:\n${output}`);
        return asAdmin((sql) => sql`select 1`).then(
          () => true,
          () => undefined,
        );
      },
      READY_TIMEOUT_MS,
      50,
    );
    if (ready) return;
    await stop();
    throw new Error(`Postgres did not become ready:\n${output}`);
  };
  const signal = (name: NodeJS.Signals) => {
    if (running?.child.pid) signalPostgres(running.child.pid, name);
  };
  await start();
  return {
    port,
    socketDirectory: directory,
    url,
    asAdmin,
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
    stop,
    start,
  };
}
