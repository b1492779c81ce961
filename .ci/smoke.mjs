// Starts the built product on the Node whose binary is named, with nothing set up, and uses it once as its first operator
// would: a key by the command line, a call with it and one without, a sign-in to the console, an end by SIGTERM. For
// releases of Node other than the one that everything else here runs on.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 30_000;

const [node] = process.argv.slice(2);
if (!node) fail("Usage: node .ci/smoke.mjs PATH-OF-NODE");

const dataDir = mkdtempSync(path.join(tmpdir(), "keyward-smoke-"));
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const OWNER = { email: "owner@acme.example", password: "correct horse battery" };
// Nothing of the caller's but where programs are.
const env = {
  ADMIN_EMAIL: OWNER.email,
  ADMIN_PASSWORD: OWNER.password,
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  DATA_DIR: dataDir,
  PORT: String(port),
};

const server = spawn(node, ["dist/main.js"], { env, stdio: ["ignore", "pipe", "pipe"] });
let output = "";
for (const stream of [server.stdout, server.stderr]) stream.on("data", (chunk) => (output += chunk));
const ended = once(server, "exit");

try {
  await untilReady();
  const secret = createKey();
  const call = (headers) => fetch(`${url}/api/v1/production/key`, { headers });
  const known = await call({ authorization: `Bearer ${secret}` });
  expect(
    known.status === 200 && (await known.json()).name === "Smoke",
    `a call with the key got ${known.status}`,
  );
  const unknown = await call({});
  expect(unknown.status === 401, `a call without a key got ${unknown.status}`);
  expect(
    (await fetch(`${url}/`, { redirect: "manual", headers: { cookie: await signIn() } })).status === 200,
    "signed in, the console's first page is not there",
  );
  server.kill("SIGTERM");
  const [code, signal] = await Promise.race([
    ended,
    delay(STOP_TIMEOUT_MS, ["no exit", null], { ref: false }),
  ]);
  expect(code === 0, `SIGTERM ended it with ${signal ?? code}`);
  expect(!existsSync(path.join(dataDir, "postgres/postmaster.pid")), "its Postgres was left running");
} finally {
  // Where something failed: SIGTERM first, upon which it ends its Postgres.
  if (server.exitCode === null && server.signalCode === null) {
    server.kill("SIGTERM");
    await Promise.race([ended, delay(STOP_TIMEOUT_MS, null, { ref: false })]);
    server.kill("SIGKILL");
  }
  rmSync(dataDir, { recursive: true, force: true });
}
const { stdout: version } = spawnSync(node, ["--version"], { encoding: "utf8" });
process.stdout.write(`The built product starts, serves and ends on Node ${version}`);

async function untilReady() {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await fetch(`${url}/api/ready`).catch(() => null))?.ok) {
    expect(server.exitCode === null && server.signalCode === null, "it ended before it was ready");
    expect(Date.now() < deadline, "it did not become ready");
    await delay(100);
  }
}

/** @returns the secret of a new key of production, made by the command line on the same Node */
function createKey() {
  const command = "key create --name Smoke --environment production --permissions licenses:read --json";
  const run = spawnSync(node, ["--import", "tsx", "src/cli/main.ts", ...command.split(" ")], {
    env,
    encoding: "utf8",
  });
  expect(run.status === 0, `the command line ended with ${run.status}:\n${run.stderr}`);
  return JSON.parse(run.stdout).secret;
}

/** @returns the session's cookie, as the sign-in page gets it */
async function signIn() {
  const csrf = await fetch(`${url}/api/auth/csrf`);
  expect(csrf.status === 200, `the console's sign-in got ${csrf.status}`);
  const { csrfToken } = await csrf.json();
  const answer = await fetch(`${url}/api/auth/callback/credentials`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: cookiesOf(csrf), origin: `http://localhost:${port}` },
    body: new URLSearchParams({ ...OWNER, csrfToken, json: "true" }),
  });
  const cookies = cookiesOf(answer);
  expect(cookies.includes("session-token="), `signing in got ${answer.status} and no session`);
  return cookies;
}

function cookiesOf(answer) {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";", 1)[0])
    .join("; ");
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

function expect(condition, otherwise) {
  if (!condition) throw new Error(`On ${node}: ${otherwise}\n${output}`);
}

function fail(reason) {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}
