/*
 * Holds calls that tests have made against the description of the API as `prism proxy` does: it is Prism, whose forwarder gives
 * the answer that came. Takes the description and the folder of test/support/recorded-calls.ts, and prints JSON: how many calls
 * were held against an operation, what was not as described, and the calls of which no operation is described.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInstance, getHttpOperationsFromSpec } from "@stoplight/prism-http";

const [description, folder] = process.argv.slice(2);
const operations = await getHttpOperationsFromSpec(description);

const BASE = /^\/api\/v1(?:\/(?:production|staging|development)(?=\/|$))?/;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\b/i;

const silence = () => undefined;
const logger = { child: () => logger, debug: silence, info: silence, warn: silence, error: silence };

/** A body as Prism has it: read where it is JSON. What is said to be and is not stays text, which no schema allows. */
function bodyOf(text, type = "") {
  if (!text) return undefined;
  if (!JSON_TYPE.test(type)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What Prism says of a call; null: it knows no such operation. */
async function judge({ request, answer }) {
  const url = new URL(request.path, "http://keyward.test");
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  // Schemes are compared without case, and may stand apart (RFC 9110, section 11.4); Prism knows one spelling.
  if (headers.authorization) headers.authorization = headers.authorization.replace(/^bearer +/i, "Bearer ");
  // No bytes are no body, whatever type they are said to have; Prism would look at the type.
  if (!request.body) delete headers["content-type"];
  const input = {
    method: request.method.toLowerCase(),
    url: { path: url.pathname.replace(BASE, ""), query: Object.fromEntries(url.searchParams) },
    headers,
    body: bodyOf(request.body, headers["content-type"]),
  };
  const output = {
    statusCode: answer.status,
    headers: answer.headers,
    body: bodyOf(answer.body, answer.headers["content-type"]),
  };
  // Many tests send what is wrong on purpose. What was accepted is to be as described.
  const accepted = answer.status < 300;
  const prism = createInstance(
    {
      isProxy: true,
      upstream: url,
      checkSecurity: accepted,
      validateRequest: accepted && "body" in request,
      validateResponse: true,
      errors: true,
      mock: false,
    },
    { logger, forward: () => () => async () => ({ _tag: "Right", right: output }) },
  );
  const judged = await prism.request(input, operations)();
  return judged._tag === "Right" ? judged.right.validations : null;
}

const found = { judged: 0, violations: [], undescribed: [] };
for (const file of readdirSync(folder)) {
  for (const line of readFileSync(path.join(folder, file), "utf8").split("\n").filter(Boolean)) {
    const call = JSON.parse(line);
    const { method, path: target } = call.request;
    const { status, body } = call.answer;
    // No operation is what 405 says; Prism takes `GET /licenses/validate` for one of the licence with that id.
    const validations = status === 405 ? null : await judge(call);
    if (!validations) {
      found.undescribed.push({ test: call.test, method, path: target, status, body });
      continue;
    }
    found.judged++;
    for (const side of ["input", "output"])
      for (const { path: place = [], message } of validations[side])
        found.violations.push({
          test: call.test,
          call: `${method} ${target} ${status}`,
          violation: `${side} ${place.join(".")}: ${message}`,
        });
  }
}
process.stdout.write(JSON.stringify(found));
