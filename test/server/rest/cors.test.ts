import { call, type Door, expectProblem, inProcess } from "@test/support/calls";
import { createWorld, type World } from "@test/support/world";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let world: World;
let door: Door;
let key: string;

beforeAll(async () => {
  world = await createWorld();
  door = inProcess(world);
  key = (await world.key()).secret;
});
afterAll(() => world?.close());

const ORIGIN = { origin: "https://shop.acme.example" };

describe("A page of any origin", () => {
  test("may read every answer, and its headers", async () => {
    const answers = [
      await call(door, "GET", "/staging/key", { key, headers: ORIGIN }),
      await call(door, "GET", "/staging/key", { headers: ORIGIN }),
      await call(door, "GET", "/nowhere"),
      await call(door, "GET", "/openapi.json"),
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
      await world.platform.requestLog.flush();
      const [row] = await world.platform.databases.owner.$client`select count(*)::int as count from requests`;
      return row?.count;
    };
    const before = await rows();
    for (const path of ["/staging/customers", "/staging/customers/x", "/nowhere"]) {
      const headers = { ...ORIGIN, "access-control-request-method": "PATCH" };
      const answer = await call(door, "OPTIONS", path, { headers });
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
      await call(door, "OPTIONS", "/staging/customers", { headers: ORIGIN }),
      "method_not_allowed",
    );
  });
});
