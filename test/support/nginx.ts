import { mkdtempSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inject } from "vitest";
import { poll } from "@/server/embedded-postgres/processes";
import { runServer } from "./debian-server";
import { freePort } from "./ports";

/** A real nginx of one's own on the loopback interface. */
export interface TestNginx {
  port: number;
  url: string;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 5_000;

/**
 * Starts nginx with one server block.
 * @param directives of that block: locations, headers, upstream settings
 * @param http directives beside it, such as an `upstream`
 */
export async function startNginx(directives: string, http = ""): Promise<TestNginx> {
  const port = await freePort();
  const directory = mkdtempSync(path.join(inject("scratchDirectory"), "nginx-"));
  const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${directory}/${name};`)
    .join(" ");
  const file = path.join(directory, "nginx.conf");
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${directory}/pid; error_log stderr warn;
     events { worker_connections 1024; }
     http { access_log off; ${places} ${http} server { listen 127.0.0.1:${port}; ${directives} } }`,
  );
  const { child, stop } = runServer("nginx", ["-c", file, "-p", directory]);
  let output = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    output += chunk;
  });
  const url = `http://127.0.0.1:${port}`;
  const ready = await poll(async () => {
    if (child.exitCode !== null) throw new Error(`nginx ended before it was ready:\n${output}`);
    return (await fetch(url).catch(() => null)) ? true : undefined;
  }, READY_TIMEOUT_MS);
  if (ready) return { port, url, stop };
  await stop();
  throw new Error(`nginx did not become ready:\n${output}`);
}
