import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { isBuilt } from "@/cli/build-stamp";
import { MINUTE_MS } from "@/contracts/durations";
import { poll } from "@/server/embedded-postgres/processes";
import { onlySettings } from "./child-env";
import { freePort } from "./ports";
import { PEPPER, SESSION_SECRET } from "./secrets";

/** A running Keyward as a stranger sees it: a URL. */
export interface Mount {
  url: string;
  pid: number;
  /** Everything it wrote to standard output and error. */
  output(): string;
  signal(signal: NodeJS.Signals): void;
  /** Ends it as a process manager would, and waits for it. */
  stop(): Promise<void>;
  /** Ends it as a power failure would: nothing of it runs any more, nothing was tidied. */
  kill(): Promise<void>;
}

/** The two ways in which the rest app is served, both as real processes of the built tree. */
export const MOUNTS = ["main.ts", "Next catch-all"] as const;
export type MountName = (typeof MOUNTS)[number];

const READY_TIMEOUT_MS = MINUTE_MS;
/** To ask all the time would take the processor from a start that has two seconds of work for it. */
const READY_EVERY_MS = 50;

/**
 * Starts one mount on a database. Calls name their client address in X-Forwarded-For, which the mount believes, as it
 * would that of one proxy in front.
 * @param tree another version of Keyward, built, than the one that is tested
 * @throws Error where the built tree is not that of the sources; where it ends before it is ready, with what it wrote
 */
export async function startMount(
  name: MountName,
  databaseUrl: string,
  settings: Record<string, string | undefined> = {},
  tree = process.cwd(),
): Promise<Mount> {
  if (tree === process.cwd()) requireBuild();
  const port = Number(settings.PORT ?? (await freePort()));
  const next = createRequire(pathToFileURL(path.join(tree, "package.json"))).resolve("next/dist/bin/next");
  // As `npm start` has it, or the benchmark would measure another server.
  const command =
    name === "main.ts"
      ? ["--max-semi-space-size=32", "dist/main.js"]
      : [next, "start", "--port", String(port)];
  const child = spawn(process.execPath, command, {
    cwd: tree,
    stdio: ["ignore", "pipe", "pipe"],
    env: onlySettings({
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      PORT: String(port),
      HOST: "127.0.0.1",
      DATABASE_URL: databaseUrl,
      DATABASE_POOL_SIZE: "4",
      NEXTAUTH_SECRET: SESSION_SECRET,
      NEXTAUTH_URL: `http://127.0.0.1:${port}`,
      KEY_PEPPER: PEPPER,
      TRUSTED_PROXIES: "1",
      AUTH_FAILURES_PER_MINUTE: "0",
      ...settings,
    }),
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => void chunks.push(String(chunk)));
  const url = `http://127.0.0.1:${port}`;
  const output = () => chunks.join("");
  await untilReady(child, url, output);
  const signal = (name: NodeJS.Signals) => void child.kill(name);
  return {
    url,
    pid: child.pid ?? 0,
    output,
    signal,
    stop: () => stop(child),
    kill: () => stop(child, "SIGKILL"),
  };
}

/** The tree whose build was found to be that of its sources. */
let built: string | undefined;

/** Refuses a build of other sources: it would be tested as if it were these, and nobody would notice. */
function requireBuild(): void {
  const root = process.cwd();
  if (root !== built && !isBuilt(root))
    throw new Error("What is built is not what the sources say. Run `npm run build`, then test again.");
  built = root;
}

async function untilReady(child: ChildProcess, url: string, output: () => string): Promise<void> {
  const ready = await poll(
    async () => {
      if (child.exitCode !== null) throw new Error(`The server ended before it was ready:\n${output()}`);
      const answer = await fetch(`${url}/api/ready`).catch(() => null);
      return answer?.ok || undefined;
    },
    READY_TIMEOUT_MS,
    READY_EVERY_MS,
  );
  if (ready) return;
  await stop(child);
  throw new Error(`The server did not become ready:\n${output()}`);
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}
