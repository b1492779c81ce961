import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import next from "next";
import { type Env, InvalidEnvError, readEnv } from "@/env";
import { PEER_HEADER } from "./auth/principal";
import { createLogger, type Logger } from "./core/logger";
import { SecretsFileError } from "./core/secrets-file";
import { EmbeddedPostgresError } from "./db/embedded";
import { type RunningQueue, startQueue } from "./jobs/queue";
import { type OpenPlatform, openPlatform } from "./open-platform";
import { backgroundContextFor, contextFor } from "./platform";
import { isRestPath, refuseUnparsable, restListener } from "./rest/node";
import { ensureFirstOwner, issueSetUpToken } from "./services/admins";
import { sharePlatform } from "./shared-platform";

/** How long calls that are under way may take to finish after SIGTERM. */
const DRAIN_MS = 10_000;

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts everything and listens. */
async function start(env: Env, logger: Logger, dev: boolean): Promise<void> {
  const platform = await openPlatform(env, logger);
  sharePlatform(platform);
  // NextAuth and Next read these themselves.
  process.env.NEXTAUTH_URL ??= platform.baseUrl;
  process.env.NEXT_TELEMETRY_DISABLED = "1";
  const server = createServer();
  const console = next({ dev, hostname: env.HOST, port: env.PORT, httpServer: server });
  await console.prepare();
  server.on("request", dispatch(restListener(platform), console.getRequestHandler()));
  server.on("clientError", refuseUnparsable(platform));
  const queue = await startQueue(backgroundContextFor(platform, "jobs"), platform.databaseUrl);
  await listen(server, env);
  stopOnSignals(server, platform, queue, logger);
  await announce(platform);
}

/** `/api/v1` and the probes straight to the rest app, before Next, whose handling of a request costs many times more. */
function dispatch(rest: Listener, page: ReturnType<ReturnType<typeof next>["getRequestHandler"]>): Listener {
  return (request, response) => {
    if (isRestPath(request.url ?? "")) return rest(request, response);
    // Set by us alone: a caller who sends it must not choose the address that sign-in limits count.
    request.headers[PEER_HEADER] = request.socket.remoteAddress ?? "";
    void page(request, response);
  };
}

function listen(server: Server, env: Env): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(env.PORT, env.HOST, resolve);
  });
}

/** Tells the operator where Keyward is, and how to become its first owner. Text, not log lines: a person reads this. */
async function announce(platform: OpenPlatform): Promise<void> {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = platform.env;
  if (email && password) {
    await ensureFirstOwner(contextFor(platform, { kind: "system", name: "start" }), { email, password });
  }
  const token = await issueSetUpToken(contextFor(platform, { kind: "system", name: "start" }));
  process.stdout.write(`\nKeyward is ready: ${platform.baseUrl}\n`);
  if (token) process.stdout.write(`Create the first owner: ${platform.baseUrl}/setup?token=${token}\n`);
  process.stdout.write("\n");
}

/** On SIGTERM and SIGINT: stop accepting, finish what runs, give jobs back, flush, close. A second signal does not wait. */
function stopOnSignals(server: Server, platform: OpenPlatform, queue: RunningQueue, logger: Logger): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    const forced = setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeIdleConnections();
    });
    clearTimeout(forced);
    await queue.stop();
    await platform.close();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      stop().catch((error: unknown) => {
        logger.error({ err: error }, "Could not stop cleanly");
        process.exit(1);
      });
    });
  }
}

/** What the operator can mend is said in one line; anything else comes with its stack. */
function explain(error: unknown): string {
  const mendable = [InvalidEnvError, EmbeddedPostgresError, SecretsFileError].some(
    (kind) => error instanceof kind,
  );
  if (mendable) return (error as Error).message;
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE")
    return "The port is in use; set PORT to another.";
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  const env = readEnv();
  await start(env, createLogger(env.LOG_LEVEL), process.argv.includes("--dev"));
} catch (error) {
  process.stderr.write(`Keyward cannot start. ${explain(error)}\n`);
  process.exit(1);
}
