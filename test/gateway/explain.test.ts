import { call, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import type { Id } from "@/contracts/ids";
import { explainRequest } from "@/gateway/explain";
import { resolveRoute } from "@/gateway/routes";
import { newId } from "@/server/core/ids";
import { updateKey } from "@/server/services/keys";
import { changeRequestLogSettings } from "@/server/services/settings";
import { refusal } from "../server/services/support";
import { expectExplained, explain } from "./explained-calls";

const AMOUNT = { calls: 1_000, keys: 40, authFailures: 5 };

const fixture = suiteFixture({ AUTH_FAILURES_PER_MINUTE: String(AMOUNT.authFailures) });
const api = inProcess(fixture);

describe("What Explain says", () => {
  test(`is what the gateway then does, check for check and word for word, in ${AMOUNT.calls} random cases`, async () => {
    await expectExplained(fixture, AMOUNT);
  }, 60_000);

  test("uses nothing up", async () => {
    const { key, secret } = await fixture.key({ rateLimits: { day: 1 } });
    const asked = {
      keyId: key.id,
      environment: "staging",
      method: "GET",
      path: "/key",
      address: null,
    } as const;
    for (let round = 0; round < 3; round++) {
      expect(await explain(fixture, asked, AMOUNT.authFailures)).toMatchObject({
        refusedBy: null,
        limits: [{ limit: 1, remaining: 1 }],
      });
    }
    expect((await call(api, "GET", "/staging/key", { key: secret })).status).toBe(200);
    expect(await explain(fixture, asked, AMOUNT.authFailures)).toMatchObject({
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
    const { key, secret } = await fixture.key({ permissions: ["jobs:read"], rateLimits: { minute: 60 } });
    const answer = await call(api, "GET", "/staging/customers?limit=1", {
      key: secret,
      address: "192.0.2.7",
    });
    await fixture.runtime.requestLog.flush();
    const requestId = answer.headers.get("x-request-id") as Id<"req">;
    const refusal = { status: 403, code: "permission_denied", detail: answer.json.detail };
    const explained = await explainRequest(fixture.context(), { requestId }, options);
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
        limits: [{ name: "minute", limit: 60, remaining: 59 }],
      },
      now: { refusedBy: "permission", refusal },
    });
    expect(explained.logged.steps.map(({ outcome }) => outcome)).toEqual([
      ...Array(9).fill("passed"),
      "refused",
    ]);
    await updateKey(fixture.context(), { id: key.id, permissions: ["customers:read"] });
    const { logged, now } = await explainRequest(fixture.context(), { requestId }, options);
    expect(logged).toEqual(explained.logged);
    expect(now).toMatchObject({ refusedBy: null, refusal: null });
  });

  test("that was refused for its origin tells what it would be told now where the log keeps headers, and nothing where not", async () => {
    const { key, secret } = await fixture.key({ allowedOrigins: ["https://app.example.com"] });
    const ask = async () => {
      const headers = { origin: "https://new.example.com" };
      const answer = await call(api, "GET", "/staging/key", { key: secret, headers });
      await fixture.runtime.requestLog.flush();
      return answer.headers.get("x-request-id") as Id<"req">;
    };
    const without = await ask();
    await changeRequestLogSettings(fixture.context(), { headers: true });
    // Read again after five seconds.
    fixture.clock.advance(6);
    await fixture.runtime.requestLog.look();
    const kept = await ask();
    const refused = { refusedBy: "origin", refusal: { code: "origin_not_allowed" } };
    const of = (requestId: Id<"req">) => explainRequest(fixture.context(), { requestId }, options);
    expect(await of(without)).toMatchObject({ logged: refused, now: null });
    expect(await of(kept)).toMatchObject({ logged: refused, now: refused });
    await updateKey(fixture.context(), { id: key.id, allowedOrigins: ["https://new.example.com"] });
    expect(await of(kept)).toMatchObject({ logged: refused, now: { refusedBy: null } });
  });

  test("of a path that no route serves shows that no check was made", async () => {
    const answer = await call(api, "GET", "/staging/nothing", {});
    await fixture.runtime.requestLog.flush();
    const requestId = answer.headers.get("x-request-id") as Id<"req">;
    const { logged, now } = await explainRequest(fixture.context(), { requestId }, options);
    expect(new Set(logged.steps.map(({ outcome }) => outcome))).toEqual(new Set(["skipped"]));
    expect(logged.refusal).toMatchObject({
      code: "not_found",
      detail: expect.stringContaining("no such path"),
    });
    expect(now).toBeNull();
  });

  test("that is not in the log is 404", async () => {
    const unknown = explainRequest(fixture.context(), { requestId: newId("req") }, options);
    await expect(unknown).rejects.toEqual(refusal("not_found"));
  });
});
