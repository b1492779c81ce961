import { type Answer, type CallOptions, call, expectProblem, inProcess } from "@test/support/calls";
import { newEmail } from "@test/support/fixture";
import { PEPPER, SESSION_SECRET } from "@test/support/secrets";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import { generateKey } from "@/server/core/key-format";
import { createLogger } from "@/server/core/logger";
import { createRuntime } from "@/server/runtime/create";

/** A port that nothing listens on: whoever asks Postgres gets no answer. */
const NO_POSTGRES = "postgres://keyward@127.0.0.1:1/keyward";

const fixture = suiteFixture();
const api = inProcess(fixture);
let key: string;

beforeAll(async () => {
  key = (await fixture.key({ rateLimits: { minute: 100_000 } })).secret;
});

/** The text with another character at one place. */
function otherAt(text: string, index: number): string {
  return text.slice(0, index) + (text[index] === "x" ? "y" : "x") + text.slice(index + 1);
}

const ask = (options: CallOptions) => call(api, "GET", "/staging/key", options);
const withHeaders = (headers: Record<string, string>) => ask({ headers });

function expectAdmitted(answer: Answer): void {
  expect(answer.status, answer.text).toBe(200);
}

describe("a key", () => {
  test("is taken from Authorization in any case of the scheme, and from X-API-Key", async () => {
    for (const value of [`Bearer ${key}`, `bearer ${key}`, `BEARER   ${key} `]) {
      expectAdmitted(await withHeaders({ authorization: value }));
    }
    expectAdmitted(await withHeaders({ "x-api-key": key }));
  });

  test("sent twice is taken where both are equal, and refused with 400 invalid_request where they differ", async () => {
    const other = (await fixture.key()).secret;
    expectAdmitted(await withHeaders({ authorization: `Bearer ${key}`, "x-api-key": key }));
    for (const second of [other, "garbage"]) {
      expectProblem(
        await withHeaders({ authorization: `Bearer ${key}`, "x-api-key": second }),
        "invalid_request",
      );
      expectProblem(
        await withHeaders({ authorization: `Bearer ${second}.`, "x-api-key": key }),
        "invalid_request",
      );
    }
  });

  test("beside an empty one, of which many clients send the header, is taken; an empty one alone is none", async () => {
    expectAdmitted(await withHeaders({ authorization: `Bearer ${key}`, "x-api-key": "" }));
    for (const empty of ["", "Bearer", "Bearer  "]) {
      expectAdmitted(await withHeaders({ authorization: empty, "x-api-key": key }));
      expectProblem(await withHeaders({ authorization: empty, "x-api-key": " " }), "key_missing");
    }
  });

  test("after another scheme, or none, is no credential, and its sender is told how to send it, known or not", async () => {
    const detailOf = async (authorization: string) => {
      const answer = await withHeaders({ authorization });
      expectProblem(answer, "key_missing");
      expect(answer.text).not.toContain(key);
      return String(answer.json.detail);
    };
    for (const sent of [key, generateKey("kw", "production")]) {
      for (const header of [sent, `Token ${sent}`, `ApiKey  ${sent}`, `Bearer\t${sent}`]) {
        expect(await detailOf(header)).toContain("send it as a Bearer token");
      }
    }
    for (const header of [`Token ${key}x`, `Token a ${key}`, "Token garbage", `Digest username="${key}"`]) {
      expect(await detailOf(header)).toBe("This call needs an API key.");
    }
  });

  test("in another place is no credential: query string, body, cookie, another scheme", async () => {
    for (const name of ["key", "api_key", "access_token", "authorization"]) {
      expectProblem(await call(api, "GET", `/staging/customers?${name}=${key}`), "key_missing");
    }
    const body = { email: newEmail(), key, access_token: key };
    expectProblem(await call(api, "POST", "/staging/customers", { body }), "key_missing");
    const raw = new URLSearchParams({ access_token: key });
    expectProblem(await call(api, "POST", "/staging/customers", { raw }), "key_missing");
    const basic = Buffer.from(`${key}:`).toString("base64");
    const elsewhere: Record<string, string>[] = [
      { cookie: `next-auth.session-token=${key}; authorization=Bearer ${key}` },
      { authorization: `Basic ${basic}` },
      { authorization: key },
      { authorization: "Bearer" },
      { "proxy-authorization": `Bearer ${key}` },
      { "api-key": key },
    ];
    for (const headers of elsewhere) expectProblem(await withHeaders(headers), "key_missing");
  });

  test("with any one character changed, two swapped, or cut off is key_invalid", async () => {
    for (const [index, character] of [...key].entries()) {
      const [before, after] = [key.slice(0, index), key.slice(index + 1)];
      const swapped = `${before}${after.slice(0, 1)}${character}${after.slice(1)}`;
      for (const wrong of [otherAt(key, index), before + after, `${key.slice(0, -1 - index)}`, swapped]) {
        if (wrong === key) continue;
        expectProblem(await ask({ key: wrong }), wrong === "" ? "key_missing" : "key_invalid");
      }
    }
  });

  test("that is garbage is key_invalid: of a megabyte, not ASCII, padded, doubled, of the right shape", async () => {
    const wrongs = [
      "x".repeat(1_048_576),
      `${key}${key}`,
      `${key}.`,
      `"${key}"`,
      `${key} ${key}`,
      `${key},${key}`,
      key.toUpperCase(),
      key.replace("kw_", "KW_"),
      `kw_stag_${"é".repeat(38)}`,
      "Ã©Ã¨\u00a0",
      "' or 1=1 --",
      "null",
      "undefined",
      generateKey("kw", "staging"),
    ];
    for (const wrong of wrongs) {
      expectProblem(await ask({ key: wrong }), "key_invalid");
      expectProblem(await withHeaders({ "x-api-key": wrong }), "key_invalid");
    }
  });
});

test("garbage is refused without a look-up, an unknown key only after one: with Postgres away it is 503", async () => {
  const { env, clock } = fixture.runtime;
  const secrets = { pepper: PEPPER, sessionSecret: SESSION_SECRET };
  const runtime = createRuntime(env, createLogger("silent"), { url: NO_POSTGRES, clock, ...secrets });
  const blind = inProcess({ runtime: runtime });
  for (const wrong of ["garbage", key.slice(0, -1), otherAt(key, 20)]) {
    expectProblem(await call(blind, "GET", "/staging/key", { key: wrong }), "key_invalid");
  }
  const answer = await call(blind, "GET", "/staging/key", { key });
  expectProblem(answer, "unavailable", { retryAfter: 5 });
  expect(answer.headers.get("retry-after")).toBe("5");
  expect(answer.text).not.toMatch(/ECONNREFUSED|127\.0\.0\.1:1\b|postgres/i);
  await runtime.databases.end();
});

test("none of this was a fault of ours, and none stored anything", async () => {
  expect(fixture.log()).not.toContain('"level":"error"');
  const [row] = await fixture.runtime.databases.owner
    .$client`select count(*)::int as customers from customers`;
  expect(row).toEqual({ customers: 0 });
});
