import { mkdtempSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inject } from "vitest";
import { poll } from "@/server/embedded-postgres/processes";
import { runServer } from "./debian-server";
import { freePort } from "./ports";

/** A real Caddy of one's own on the loopback interface. */
export interface TestCaddy {
  port: number;
  url: string;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 10_000;

/**
 * Starts Caddy with one site.
 * @param siteOf the site of a Caddyfile at an address, without TLS
 */
export async function startCaddy(siteOf: (address: string) => string): Promise<TestCaddy> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const directory = mkdtempSync(path.join(inject("scratchDirectory"), "caddy-"));
  const file = path.join(directory, "Caddyfile");
  const options = "{\n\tadmin off\n}\n";
  writeFileSync(file, options + siteOf(url));
  // It keeps its configuration and certificates below these, which else are in the home of whoever runs the tests.
  const homes = ["XDG_CONFIG_HOME", "XDG_DATA_HOME"].map((name) => `${name}=${directory}`);
  const run = ["caddy", "run", "--config", file, "--adapter", "caddyfile"];
  const { child, stop } = runServer("env", [...homes, ...run]);
  let output = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    output += chunk;
  });
  const ready = await poll(async () => {
    if (child.exitCode !== null) throw new Error(`Caddy ended before it was ready:\n${output}`);
    return (await fetch(url).catch(() => null)) ? true : undefined;
  }, READY_TIMEOUT_MS);
  if (ready) return { port, url, stop };
  await stop();
  throw new Error(`Caddy did not become ready:\n${output}`);
}
