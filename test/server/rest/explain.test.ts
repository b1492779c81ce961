import { call, type Door, inProcess } from "@test/support/calls";
import { createWorld, type World } from "@test/support/world";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Id } from "@/contracts/ids";
import { newId } from "@/server/core/ids";
import { resolveRoute } from "@/server/rest/routes";
import { updateKey } from "@/server/services/keys";
import { explainRequest } from "@/server/services/requests";
import { refusal } from "../services/support";
import { expectExplained, explain } from "./explained-calls";

const AMOUNT = { calls: 1_000, keys: 40, authFailures: 5 };

let world: World;
let door: Door;

beforeAll(async () => {
  world = await createWorld({ AUTH_FAILURES_PER_MINUTE: String(AMOUNT.authFailures) });
  door = inProcess(world);
});
afterAll(() => world?.close());

describe("What Explain says", () => {
  test(`is what the door then does, check for check and word for word, in ${AMOUNT.calls} random cases`, async () => {
    await expectExplained(world, AMOUNT);
  }, 60_000);

  test("uses nothing up", async () => {
    const { key, secret } = await world.key({ rateLimits: { day: 1 } });
    const asked = {
      keyId: key.id,
      environment: "staging",
      method: "GET",
      path: "/key",
      address: null,
    } as const;
    for (let round = 0; round < 3; round++) {
      expect(await explain(world, asked, AMOUNT.authFailures)).toMatchObject({
        refusedBy: null,
        limits: [{ limit: 1, remaining: 1 }],
      });
    }
    expect((await call(door, "GET", "/staging/key", { key: secret })).status).toBe(200);
    expect(await explain(world, asked, AMOUNT.authFailures)).toMatchObject({
      refusedBy: "limit",
      limits: [{ name: "day", limit: 1, remaining: 0 }],
    });
  });
});

test("A path that leads out of the endpoint is refused, not explained as if it stayed", () => {
  for (const path of ["/..", "/../production/key", "/key/../../../x", "/%2e%2e/%2e%2e/key"])
    expect(() => resolveRoute({ environment: "staging", method: "GET", path }), path).toThrow(
      "leads out of the endpoint",
    );
});

describe("Explaining a call of the log", () => {
  const options = { authFailuresPerMinute: 0 };

  test("tells what became of it, and what would become of it now", async () => {
    const { key, secret } = await world.key({ permissions: ["jobs:read"] });
    const answer = await call(door, "GET", "/staging/customers?limit=1", {
      key: secret,
      address: "192.0.2.7",
    });
    await world.platform.requestLog.flush();
    const requestId = answer.headers.get("x-request-id") as Id<"req">;
    const refusal = { status: 403, code: "permission_denied", detail: answer.json.detail };
    const explained = await explainRequest(world.context(), { requestId, ...options });
    expect(explained).toMatchObject({
      requestId,
      environment: "staging",
      method: "GET",
      path: "/api/v1/staging/customers",
      address: "192.0.2.7",
      status: 403,
      logged: {
        refusedBy: "permission",
        refusal,
        route: "GET /customers",
        key: { id: key.id, name: key.name },
      },
      now: { refusedBy: "permission", refusal },
    });
    expect(explained.logged.steps.map(({ outcome }) => outcome)).toEqual([
      ...Array(8).fill("passed"),
      "refused",
    ]);
    await updateKey(world.context(), { id: key.id, permissions: ["customers:read"] });
    const { logged, now } = await explainRequest(world.context(), { requestId, ...options });
    expect(logged).toEqual(explained.logged);
    expect(now).toMatchObject({ refusedBy: null, refusal: null });
  });

  test("of a path that no route serves shows that no check was made", async () => {
    const answer = await call(door, "GET", "/staging/nothing", {});
    await world.platform.requestLog.flush();
    const requestId = answer.headers.get("x-request-id") as Id<"req">;
    const { logged, now } = await explainRequest(world.context(), { requestId, ...options });
    expect(new Set(logged.steps.map(({ outcome }) => outcome))).toEqual(new Set(["skipped"]));
    expect(logged.refusal?.code).toBe("not_found");
    expect(now).toBeNull();
  });

  test("that is not in the log is 404", async () => {
    const unknown = explainRequest(world.context(), { requestId: newId("req"), ...options });
    await expect(unknown).rejects.toEqual(refusal("not_found"));
  });
});
