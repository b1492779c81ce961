import { createServer, type IncomingMessage, type Server } from "node:http";
import path from "node:path";
import next from "next";
import { type Env, InvalidEnvError } from "@/env";
import { oneStrangerAtATime } from "@/gateway/http/console-turns";
import { Drain } from "@/gateway/http/drain";
import { createFront } from "@/gateway/http/front";
import { metricsEndpoints } from "@/gateway/http/metrics";
import { gatewayListener } from "@/gateway/http/node-listener";
import { createHttpServer, type Listener } from "@/gateway/http/server";
import { type OpenRuntime, openRuntime, openWorkerRuntime } from "@/server/runtime/open";
import { backgroundContextFor, contextFor, deploymentOf, type Runtime } from "@/server/runtime/runtime";
import type { Shutdown } from "@/server/runtime/shutdown";
import { setRuntime } from "@/server/runtime/singleton";
import type { Assignment } from "@/server/runtime/worker-messages";
import { PEER_HEADER } from "./auth/principal";
import { sessionCookieIn } from "./auth/session-cookie";
import { compressedFiles } from "./compressed-files";
import type { Logger } from "./core/logger";
import type { AdminPrincipal } from "./core/principal";
import { startQueue } from "./jobs/queue";
import { ensureFirstOwner, issueSetUpToken } from "./services/admins";
import { type CheckName, examineInstallation, measureClock } from "./services/health";
import { maxBodyOf, PROCEDURES_ROOT, procedureRefusal } from "./trpc/body-bounds";
import { createTrpcContext } from "./trpc/context";

/**
 * For calls that are under way at a stop. Each has its answer within five seconds; what takes longer is a download, which
 * breaks off.
 */
const DRAIN_MS = 5_000;

/** For jobs to give back what they work on. */
const JOBS_MS = 1_500;

/** For the log to be written, and the embedded Postgres to stop. */
const CLOSE_MS = 6_000;

/** Between two measurements of Postgres' clock, where no call takes one, in milliseconds. */
const MEASURE_CLOCK_MS = 30_000;

/** What a process that serves is. */
interface Serving {
  /** Next compiles pages when they are asked for. */
  dev: boolean;
  /** Of one of several workers; null: this process is the only one. */
  assignment: Assignment | null;
}

/** Opens everything that serves, and listens. */
export async function startServing(
  env: Env,
  logger: Logger,
  shutdown: Shutdown,
  serving: Serving,
): Promise<void> {
  const { assignment } = serving;
  const open = () =>
    assignment
      ? openWorkerRuntime(env, logger, assignment)
      : openRuntime(env, logger, "installation", { onDatabaseLost: () => void shutdown.stop(1) });
  const runtime = await shutdown.open({ name: "log, database", patience: CLOSE_MS, open }, (runtime) =>
    runtime.close(),
  );
  await serve(runtime, shutdown, serving);
}

async function serve(runtime: OpenRuntime, shutdown: Shutdown, { dev, assignment }: Serving): Promise<void> {
  const { env, logger } = runtime;
  setRuntime(runtime);
  // NextAuth and Next read these themselves, and to NextAuth one that is set to nothing is no URL.
  process.env.NEXTAUTH_URL = runtime.baseUrl;
  process.env.NEXT_TELEMETRY_DISABLED = "1";
  const server = createHttpServer(runtime, (request, response) => front(request, response));
  // Development reloads over an upgraded connection. In production nothing is: Next would take any request that asks for
  // it (`curl --http2`, a web socket) off the server, and answer with nothing. So it listens to a server that has no port.
  const pages = next({ dev, hostname: env.HOST, port: env.PORT, httpServer: dev ? server : createServer() });
  await pages.prepare();
  const page = withPeer(pages.getRequestHandler());
  const metrics = metricsEndpoints(runtime);
  const front = createFront(runtime, {
    api: gatewayListener(runtime),
    metrics: metrics.listener,
    console: oneStrangerAtATime(
      runtime,
      {
        cookieOf: ({ headers }) => sessionCookieIn(runtime, headers.cookie ?? null),
        isSignedIn: async (request) => (await adminOf(runtime, request)) !== null,
      },
      dev ? page : compressedFiles(path.resolve(".next/static"), page),
    ),
    maxConsoleBody: async (request, asked) => maxBodyOf(asked, await adminOf(runtime, request)),
    consoleRefusal: (error, asked) => (asked.startsWith(PROCEDURES_ROOT) ? procedureRefusal(error) : null),
  });
  await shutdown.open(
    { name: "jobs", patience: JOBS_MS, open: () => startQueue(backgroundContextFor(runtime, "jobs")) },
    (queue) => queue.stop(),
  );
  if (metrics.server) {
    const { server: metricsServer } = metrics;
    await shutdown.open(
      { name: "metrics", patience: JOBS_MS, open: () => listenForMetrics(metricsServer, env, assignment) },
      async () => void metricsServer.close(),
      () => metricsServer.closeAllConnections(),
    );
  }
  // Before anybody can call: whoever waits for "ready" signs in at once.
  await makeNamedOwner(runtime);
  const drain = new Drain(server);
  await shutdown.open(
    { name: "calls", patience: DRAIN_MS, open: () => listen(server, env) },
    () => drain.stop(),
    () => drain.cut(),
  );
  setInterval(() => void measureClock(runtime), MEASURE_CLOCK_MS).unref();
  runtime.limiter.ping().catch((error: unknown) => {
    logger.warn({ err: error }, "Limits across processes cannot be relied on; see /api/ready");
  });
  // Once for all workers.
  if (assignment && !assignment.isFirst) return;
  await announce(runtime);
  void reportChecks(runtime, shutdown).catch((error: unknown) =>
    logger.warn({ err: error }, "The installation was not checked"),
  );
}

/** What the start has told by itself, and what a start puts right in its first moments. */
const TOLD_BY_START: readonly CheckName[] = [
  "rights",
  "isolation",
  "limits",
  "clock",
  "pepper",
  "prefix",
  "partitions",
  "jobs",
  "maintenance",
];

/** Says in the log what `cli doctor` would not call well. */
async function reportChecks(runtime: Runtime, shutdown: Shutdown): Promise<void> {
  // Before it is looked at: the first start finds no table.
  await runtime.requestLog.clickhouse?.prepare();
  const checks = await examineInstallation(backgroundContextFor(runtime, "jobs"), deploymentOf(runtime.env), {
    without: TOLD_BY_START,
  });
  // What was closed in the middle cannot be checked, and nobody has to mend that.
  if (shutdown.isStopping) return;
  for (const { check, state, says, cure } of checks) {
    if (state !== "ok") runtime.logger[state === "error" ? "error" : "warn"]({ check, cure }, says);
  }
}

/** Hands requests on to Next with the caller's address, which it hides. */
function withPeer(page: ReturnType<ReturnType<typeof next>["getRequestHandler"]>): Listener {
  return (request, response) => {
    // Set by us alone: a caller who sends it must not choose the address that sign-in limits count.
    request.headers[PEER_HEADER] = request.socket.remoteAddress ?? "";
    // Where there is none, Next makes one up of the peer's address, which would pass for what a proxy has written.
    request.headers["x-forwarded-for"] ??= "";
    void page(request, response);
  };
}

/**
 * Who is signed in, before Next has seen the request. By all of its headers: one that a page makes which nobody is at must
 * not keep the session alive by this look at it.
 */
async function adminOf(runtime: Runtime, request: IncomingMessage): Promise<AdminPrincipal | null> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    for (const one of [value ?? []].flat()) headers.append(name, one);
  headers.set(PEER_HEADER, request.socket.remoteAddress ?? "");
  return (await createTrpcContext(runtime, headers)).principal;
}

function listen(server: Server, env: Pick<Env, "PORT" | "HOST">): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(env.PORT, env.HOST, resolve);
  });
}

/** On a port of their own, of which each worker has one; it ends with the process, and keeps none alive. */
async function listenForMetrics(
  server: Server,
  { METRICS_PORT: first = 0, METRICS_HOST, HOST }: Env,
  assignment: Assignment | null,
): Promise<void> {
  const port = first === 0 || !assignment ? first : first + assignment.worker - 1;
  try {
    await listen(server, { PORT: port, HOST: METRICS_HOST ?? HOST });
  } catch (error) {
    throw new InvalidEnvError(
      `METRICS_PORT cannot be listened on: ${error instanceof Error ? error.message : error}`,
    );
  }
  server.unref();
}

/** Makes the owner whom the settings name, where there is nobody yet. */
async function makeNamedOwner(runtime: OpenRuntime): Promise<void> {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = runtime.env;
  if (!email || !password) return;
  await ensureFirstOwner(contextFor(runtime, { kind: "system", name: "start" }), { email, password });
}

/** Tells the operator where Keyward is, and how to become its first owner. Text, not log lines: a person reads this. */
async function announce(runtime: OpenRuntime): Promise<void> {
  const token = await issueSetUpToken(contextFor(runtime, { kind: "system", name: "start" }));
  // Behind `#`: a query would get into the log of every proxy in between, and an owner can be made with it.
  process.stdout.write(`\nKeyward is ready: ${runtime.baseUrl}\n`);
  if (token) process.stdout.write(`Create the first owner: ${runtime.baseUrl}/setup#${token}\n`);
  process.stdout.write("\n");
}
