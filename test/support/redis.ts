import type { ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import path from "node:path";
import { inject } from "vitest";
import { runServer } from "./debian-server";
import { freePort } from "./ports";

/** A real redis-server of one's own, empty, on the loopback interface, writing nothing to disk. */
export interface TestRedis {
  url: string;
  port: number;
  /** Who has signed its certificate, where it speaks TLS. */
  authorityFile?: string;
  /** Stops it where it is (SIGSTOP): connections stay open, and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Ends it at once, as a crash would. */
  stop(): Promise<void>;
}

/** Of a server that speaks TLS alone, as `localhost`; files. */
export interface RedisCertificate {
  authorityFile: string;
  certificateFile: string;
  keyFile: string;
}

interface Options {
  port?: number;
  settings?: Record<string, string>;
  tls?: RedisCertificate;
}

/**
 * @param options.port To come back where an earlier one was; otherwise a free one is taken.
 * @param options.settings of redis.conf, by name
 */
export async function startRedis({ port, settings = {}, tls }: Options = {}): Promise<TestRedis> {
  const attempts = port === undefined ? 5 : 1;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn(port ?? (await freePort()), settings, tls);
    } catch (error) {
      // Between finding a free port and using it, somebody else may have taken it.
      if (attempt === attempts) throw error;
    }
  }
}

async function startOn(
  port: number,
  settings: Record<string, string>,
  tls: RedisCertificate | undefined,
): Promise<TestRedis> {
  // For what a cluster notes of its members.
  const dir = mkdtempSync(path.join(inject("scratchDirectory"), "redis-"));
  const listening = tls ? { port: 0, "tls-port": port, ...tlsSettings(tls) } : { port };
  const all = { ...listening, bind: "127.0.0.1", save: "", appendonly: "no", dir, ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { child, stop } = runServer("redis-server", flags);
  try {
    await ready(child);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: tls ? `rediss://localhost:${port}` : `redis://127.0.0.1:${port}`,
    port,
    ...(tls && { authorityFile: tls.authorityFile }),
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    stop,
  };
}

function tlsSettings({ authorityFile, certificateFile, keyFile }: RedisCertificate): Record<string, string> {
  return {
    "tls-cert-file": certificateFile,
    "tls-key-file": keyFile,
    "tls-ca-cert-file": authorityFile,
    "tls-auth-clients": "no",
    "tls-replication": "yes",
    "tls-cluster": "yes",
  };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk;
      if (output.includes("Ready to accept connections")) resolve();
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`redis-server ended before it was ready:\n${output}`)));
  });
}
