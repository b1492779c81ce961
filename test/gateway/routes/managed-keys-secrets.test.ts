import { everyRow, requestRowOf } from "@test/server/services/support";
import { call, expectProblem } from "@test/support/calls";
import { describe, expect, test } from "vitest";
import { changeRequestLogSettings } from "@/server/services/settings";
import { managedKeysSuite } from "./managed-keys-support";

const { fixture, api, manager, send, make } = managedKeysSuite();

describe("A secret", () => {
  test("is told once: a repeat gets null in its place, and no table and no log ever holds it", async () => {
    await changeRequestLogSettings(fixture.context(), { headers: true, bodies: true });
    fixture.clock.advance(6);
    // Its writer reads the settings again.
    await call(api, "GET", "/openapi.json");
    await fixture.runtime.requestLog.flush();
    const by = await manager();
    const once = (key: string) => ({ "idempotency-key": key });
    const body = { name: "Acme", permissions: ["licenses:read"] };
    const first = await send(by, "POST", "", body, once("make"));
    const again = await send(by, "POST", "", body, once("make"));
    expect(again.status).toBe(201);
    expect(again.json).toEqual({ ...first.json, secret: null });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
    const path = `/${first.json.id}/regenerate`;
    const second = await send(by, "POST", path, {}, once("anew"));
    expect((await send(by, "POST", path, {}, once("anew"))).json).toEqual({ ...second.json, secret: null });
    await fixture.runtime.requestLog.flush();
    // What the log has kept of it says that there was one.
    const kept = (await requestRowOf(fixture, first))?.response_body;
    expect(JSON.parse(kept)).toMatchObject({ name: "Acme", secret: "[redacted]" });
    const rows = JSON.stringify(await everyRow(fixture));
    for (const secret of [first.json.secret, second.json.secret]) {
      expect(secret).toMatch(/^kw_stag_/);
      // Not the random part either, without which a key is worth nothing.
      expect(rows).not.toContain(String(secret).slice(8, -6));
      expect(fixture.log()).not.toContain(String(secret).slice(8, -6));
    }
  });

  test("that is regenerated stops at once, or after the overlap, which is ended by its name alone", async () => {
    const by = await manager();
    const made = await make(by);
    const use = async (key: unknown) => (await call(api, "GET", "/staging/key", { key: String(key) })).status;
    const overlapping = await send(by, "POST", `/${made.id}/regenerate`, { overlap: "1h" });
    expect([await use(made.secret), await use(overlapping.json.secret)]).toEqual([200, 200]);
    const { overlapUntil } = overlapping.json;
    expectProblem(await send(by, "POST", `/${made.id}/regenerate`), "invalid_state", { overlapUntil });
    const last = await send(by, "POST", `/${made.id}/regenerate`, { endsOverlap: overlapUntil });
    expect([await use(made.secret), await use(overlapping.json.secret), await use(last.json.secret)]).toEqual(
      [401, 401, 200],
    );
  });
});
