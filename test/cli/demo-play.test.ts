import { spawn } from "node:child_process";
import { once } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { onlySettings } from "@test/support/child-env";
import { serveGateway } from "@test/support/gateway-server";
import { freePort } from "@test/support/ports";
import { suiteFixture } from "@test/support/suite";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { run } from "@/cli/run";
import type { Played } from "@/demo-integration/play";
import { readEnv } from "@/env";
import { runProgram } from "./run";

const fixture = suiteFixture();
let server: Awaited<ReturnType<typeof serveGateway>>;
let secret: string;

beforeAll(async () => {
  server = await serveGateway(fixture);
  const permissions = ["customers:write", "licenses:manage", "licenses:validate", "jobs:write"] as const;
  secret = (await fixture.key({ name: "Online shop", permissions: [...permissions] })).secret;
});
afterAll(() => server?.close());

/** Plays without pauses, in this process. */
async function play(
  args: readonly string[],
  settings: Record<string, string> = { KEYWARD_API_KEY: secret },
  onLine = () => {},
) {
  const told: string[] = [];
  const words = ["demo", "play", "--every", "0", ...args];
  const outcome = await run(
    words,
    () => readEnv(settings),
    null,
    (line) => {
      told.push(line);
      onLine();
    },
  );
  return { ...outcome, told };
}

describe("demo play", () => {
  test("tells what happens while it does, and at the end what it did and left out", async () => {
    const { code, stdout, stderr, told } = await play(["--url", `${server.url}/`, "--calls", "12"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(told[0]).toMatch(/^The key Online shop of staging may: customers:write, /);
    expect(stdout).toMatch(/^12 calls as Online shop in staging: \d new customers, \d licences made, /);
    expect(stdout).toMatch(/\nIt did not send telemetry: telemetry:write\.\n$/);
    expect(told.join("\n") + stdout).not.toContain(secret);
  });

  test("for machines gives its numbers alone", async () => {
    const { code, stdout, told } = await play(["--url", server.url, "--calls", "3", "--json"]);
    expect({ code, told }).toEqual({ code: 0, told: [] });
    expect(JSON.parse(stdout) as Played).toMatchObject({ calls: 3, key: { environment: "staging" } });
  });

  test("ends with 3 where no server answers, and with 1 where the key is none", async () => {
    const away = await play(["--url", `http://127.0.0.1:${await freePort()}`]);
    expect(away).toMatchObject({ code: 3, stdout: "" });
    expect(away.stderr).toMatch(/^No whole answer came from http:\/\/127\.0\.0\.1:\d+: .*with --url\.$/m);
    const none = await play(["--url", server.url], { KEYWARD_API_KEY: "kw_stag_none" });
    expect(none).toMatchObject({ code: 1, stdout: "" });
    expect(none.stderr).toMatch(/\(key_invalid, req_\w+\)\n$/);
  });

  test("ends after the seconds that it is told, whatever Node collects meanwhile", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const { code, stdout } = await play(["--url", server.url, "--for", "1"], undefined, collect);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+ calls as Online shop in staging/);
  });

  test("takes the address of an endpoint for that of its server", async () => {
    const { code, stderr } = await play(["--url", `${server.url}/api/v1/staging/`, "--calls", "1"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("says how the key gets in where there is none", async () => {
    const { code, stderr } = await play(["--url", server.url], {});
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Set KEYWARD_API_KEY, /);
    const none = await play([], { KEYWARD_API_KEY: "kw stag" });
    expect(none).toMatchObject({ code: 2, stderr: "What was given is no API key.\n" });
  });

  test("takes the key from standard input, and finds the server by the settings", async () => {
    const args = ["demo", "play", "--every", "0", "--calls", "2", "--key-stdin"];
    const { code, stdout, stderr } = await runProgram(args, { NEXTAUTH_URL: server.url }, undefined, secret);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^2 calls as Online shop in staging/);
  });

  test("ends with Ctrl-C, and prints what it did", async () => {
    const args = [inject("commandLine"), "demo", "play", "--url", server.url];
    const child = spawn(process.execPath, args, { env: onlySettings({ KEYWARD_API_KEY: secret }) });
    const parts: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (part: string) => void parts.push(part));
    await once(child.stderr, "data");
    child.kill("SIGINT");
    const [code, signal] = await once(child, "close");
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(parts.join("")).toMatch(/^\d+ calls? as Online shop in staging: /);
  });
});
