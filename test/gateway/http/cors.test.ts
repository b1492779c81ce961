import { call, expectProblem, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";

const fixture = suiteFixture();
const api = inProcess(fixture);
let key: string;

beforeAll(async () => {
  key = (await fixture.key()).secret;
});

const ORIGIN = { origin: "https://shop.acme.example" };

describe("A page of any origin", () => {
  test("may read every answer, and its headers", async () => {
    const answers = [
      await call(api, "GET", "/staging/key", { key, headers: ORIGIN }),
      await call(api, "GET", "/staging/key", { headers: ORIGIN }),
      await call(api, "GET", "/nowhere"),
      await call(api, "GET", "/openapi.json"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 404, 200]);
    for (const { headers } of answers) {
      expect(headers.get("access-control-allow-origin")).toBe("*");
      expect(headers.get("access-control-allow-credentials")).toBeNull();
      const exposed = (headers.get("access-control-expose-headers") ?? "").split(", ");
      expect(exposed).toEqual(expect.arrayContaining(["X-Request-Id", "RateLimit", "Retry-After"]));
    }
  });

  test("may ask before it calls, without a key and without a row in the log, and remembers it for a day", async () => {
    const rows = async () => {
      await fixture.runtime.requestLog.flush();
      const [row] = await fixture.runtime.databases.owner
        .$client`select count(*)::int as count from requests`;
      return row?.count;
    };
    const before = await rows();
    for (const path of ["/staging/customers", "/staging/customers/x", "/nowhere"]) {
      const headers = { ...ORIGIN, "access-control-request-method": "PATCH" };
      const answer = await call(api, "OPTIONS", path, { headers });
      expect([answer.status, answer.text]).toEqual([204, ""]);
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      expect(answer.headers.get("access-control-allow-methods")).toContain("PATCH");
      expect(answer.headers.get("access-control-allow-headers")).toContain("Authorization");
      expect(answer.headers.get("access-control-max-age")).toBe("86400");
    }
    expect(await rows()).toBe(before);
  });

  test("asks nothing by OPTIONS alone", async () => {
    expectProblem(
      await call(api, "OPTIONS", "/staging/customers", { headers: ORIGIN }),
      "method_not_allowed",
    );
  });
});
