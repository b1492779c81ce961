import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { onlySettings } from "@test/support/child-env";

/** A package of its own: what Keyward is compared with is no part of it, nor of its lock file. */
export const PEERS = path.resolve("test/bench/peers");

/** A server that Keyward is compared with, in a process of its own. */
export interface Peer {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/**
 * Starts a server of the peers.
 * @returns with what it says as a line of JSON once it listens: its `url`, and perhaps more
 */
export async function startPeer<Told extends { url: string }>(
  script: string,
  ...words: string[]
): Promise<Told & Peer> {
  const child = spawn(process.execPath, [script, ...words], {
    cwd: PEERS,
    stdio: ["ignore", "pipe", "inherit"],
    env: onlySettings({ NODE_ENV: "production" }),
  });
  const gone = once(child, "exit");
  const stop = async () => {
    child.kill();
    await gone;
  };
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith("{")) return { ...(JSON.parse(line) as Told), pid: child.pid ?? 0, stop };
  throw new Error(`${script} ended before it listened.`);
}
