import { appendFileSync } from "node:fs";
import path from "node:path";
import { expect, vi } from "vitest";
import type * as Calls from "./calls";

/** Where each process writes its file; by the environment, as Vitest starts them. */
const FOLDER = process.env.RECORD_CALLS_IN ?? "";
/** The tests of the public API, which alone are written down: what others call may be none of its routes. */
const OF_PUBLIC_API = /^test\/(gateway|client)\//;

/*
 * Every test of the public API calls it by `call`, be the server in this process or in another. Each call is written down with its
 * answer, a line of JSON that test/support/openapi-tools/judge.mjs reads.
 */
vi.mock("./calls", async (original) => {
  const calls = await original<typeof Calls>();
  const call: typeof Calls.call = async (api, method, target, options) => {
    const { currentTestName, testPath = "" } = expect.getState();
    if (!OF_PUBLIC_API.test(path.relative("", testPath))) return calls.call(api, method, target, options);
    let request: unknown;
    const recording: Calls.PublicApi = (path, init, address) => {
      const { body = null, headers } = init;
      // Bytes that are no text, and what is sent in parts, are not written down: such a call has no `body`, null is none.
      const text = typeof body === "string" || body === null ? body : undefined;
      request = { method, path, headers, body: text };
      return api(path, init, address);
    };
    const answer = await calls.call(recording, method, target, options);
    const { status, headers, text } = answer;
    const told = { status, headers: Object.fromEntries(headers), body: text };
    const line = JSON.stringify({ test: currentTestName, request, answer: told });
    appendFileSync(path.join(FOLDER, `${process.pid}.ndjson`), `${line}\n`);
    return answer;
  };
  return { ...calls, call };
});
