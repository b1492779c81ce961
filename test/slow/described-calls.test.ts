import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { onlySettings } from "@test/support/child-env";
import { descriptionFolder, installTools, rulesPath, toolsNode } from "@test/support/openapi-tools";
import { beforeAll, expect, onTestFinished, test } from "vitest";

// After test/slow/openapi.test.ts, which installs them too (vitest.slow.config.ts).
beforeAll(installTools, 600_000);

/** What test/support/openapi-tools/judge.mjs prints. */
interface Judgement {
  judged: number;
  violations: { test: string; call: string; violation: string }[];
  undescribed: { test: string; method: string; path: string; status: number; body: string }[];
}

/** The calls that stand in no description, by their reason; any other call has an operation. */
const UNDESCRIBED: Record<string, (call: Judgement["undescribed"][number]) => boolean> = {
  "there is no such path, or no such method": ({ method, status, body }) =>
    (status === 404 || status === 405) &&
    (method === "HEAD" ? body === "" : /"code":"(not_found|method_not_allowed)"/.test(body)),
  "the description itself, and what is made of it": ({ path }) =>
    /^\/api\/v1\/(openapi\.json|postman\/)/.test(path),
  "a browser asks before its call (Fetch, section 4.8)": ({ method, status }) =>
    method === "OPTIONS" && status === 204,
  "HEAD is GET without its body (RFC 9110, section 9.3.2)": ({ method }) => method === "HEAD",
  "proxies hand on the method and the path of their client's call": ({ path }) => /\/gate\b/.test(path),
};

/** A job takes rows that are no customers: each is told of in its result, and the others go in. */
const isOfRows = ({ call, violation }: Judgement["violations"][number]) =>
  /^POST \S+\/jobs 202$/.test(call) && violation.startsWith("input");

/** How long one takes is for the other run to say: what judges their calls waits for all of them. */
const PATIENT = ["--testTimeout=300000", "--hookTimeout=300000"];

/** Runs the tests of the public API once more, each call and its answer written down in the folder. */
async function recordCalls(folder: string): Promise<void> {
  const vitest = path.join(
    path.dirname(createRequire(import.meta.url).resolve("vitest/package.json")),
    "vitest.mjs",
  );
  const child = spawn(
    process.execPath,
    [vitest, "run", "--reporter=dot", ...PATIENT, "test/gateway/", "test/client/"],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: onlySettings({ RECORD_CALLS_IN: folder, CI: "1", NO_COLOR: "1" }),
    },
  );
  onTestFinished(() => void child.kill());
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const [code] = await once(child, "exit");
  // Whether they pass is for the other run to say, which has the machine to itself: what they have called and got stands all the same.
  if (code !== 0) process.stdout.write(`Not all tests of the public API passed:\n${said.slice(-2_000)}\n`);
}

/**
 * The folder with the calls of the tests of the public API: of the run that RECORDED_CALLS names, where there was one a moment
 * ago (`.ci/run`), else of one for this.
 */
async function callsOfTests(): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), "keyward-calls-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const recorded = process.env.RECORDED_CALLS;
  if (recorded) cpSync(recorded, folder, { recursive: true });
  else await recordCalls(folder);
  return folder;
}

test("Prism finds no answer in all the tests of the public API that is not as described, and no call that was accepted", {
  timeout: 1_200_000,
}, async () => {
  const folder = await callsOfTests();
  // One that is wrong, so that we know that wrong ones are found.
  const answer = { status: 200, headers: { "content-type": "application/json" }, body: '{"id":"none"}' };
  const wrong = {
    test: "wrong",
    request: { method: "GET", path: "/api/v1/key", headers: {}, body: null },
    answer,
  };
  appendFileSync(path.join(folder, "wrong.ndjson"), `${JSON.stringify(wrong)}\n`);
  const description = path.join(descriptionFolder(undefined, { closed: true }), "openapi.json");
  const found: Judgement = JSON.parse(
    execFileSync(toolsNode(), [rulesPath("judge.mjs"), description, folder], {
      encoding: "utf8",
      maxBuffer: 512 * 1024 * 1024,
    }),
  );
  process.stdout.write(`Prism held ${found.judged} calls of the tests against the description.\n`);
  expect(found.violations.filter(({ test }) => test === "wrong")).not.toEqual([]);
  expect(found.violations.filter((one) => one.test !== "wrong" && !isOfRows(one))).toEqual([]);
  expect(
    found.undescribed.filter((call) => !Object.values(UNDESCRIBED).some((isReason) => isReason(call))),
  ).toEqual([]);
  expect(found.judged).toBeGreaterThan(5_000);
});
