import { call, inProcess } from "@test/support/calls";
import { addRequest } from "@test/support/requests";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { newId } from "@/server/core/ids";
import { deleteKey, regenerateKey, revokeKey } from "@/server/services/keys";
import { getKeySecrets } from "@/server/services/usage";
import { refusal, sqlOf } from "../support";

const fixture = suiteFixture();

async function get(path: string, secret: string, agent: string): Promise<void> {
  const headers = { Authorization: `Bearer ${secret}`, "User-Agent": agent };
  await call(inProcess(fixture), "GET", `/staging${path}`, { headers, address: "203.0.113.7" });
  await fixture.runtime.requestLog.flush();
}

const at = () => fixture.clock.now().toISOString();

describe("The secrets of a key", () => {
  test("are told apart by the calls that came with each: from where, by what, to which route, and when", async () => {
    const first = await fixture.key();
    await get("/key", first.secret, "before the regenerate");
    fixture.clock.advance(1);
    const second = await regenerateKey(fixture.context(), { id: first.key.id, overlap: "1h" });
    const since = at();
    await get("/customers", first.secret, "old program");
    fixture.clock.advance(1);
    await get("/customers", first.secret, "old program");
    const oldUse = at();
    fixture.clock.advance(1);
    await get("/key", second.secret, "new program");
    // Refused for its permission, and somebody makes it all the same.
    await get("/jobs", first.secret, "old program");
    const secrets = await getKeySecrets(fixture.context(), { id: first.key.id });
    expect(secrets).toEqual({
      since,
      current: {
        maskedKey: second.key.maskedKey,
        calls: 1,
        capped: false,
        lastAt: at(),
        callers: [
          { address: "203.0.113.7", agent: "new program", route: "GET /key", calls: 1, lastAt: at() },
        ],
      },
      previous: {
        maskedKey: first.key.maskedKey,
        overlapUntil: second.key.overlapUntil,
        calls: 3,
        capped: false,
        lastAt: at(),
        callers: [
          { address: "203.0.113.7", agent: "old program", route: "GET /jobs", calls: 1, lastAt: at() },
          { address: "203.0.113.7", agent: "old program", route: "GET /customers", calls: 2, lastAt: oldUse },
        ],
      },
    });
  });

  test("are one secret again when the overlap ends, at that instant", async () => {
    const { key } = await fixture.key();
    await regenerateKey(fixture.context(), { id: key.id, overlap: "15m" });
    fixture.clock.advance(15 * 60 - 0.001);
    expect((await getKeySecrets(fixture.context(), { id: key.id })).previous).toMatchObject({ lastAt: null });
    fixture.clock.advance(0.001);
    expect((await getKeySecrets(fixture.context(), { id: key.id })).previous).toBeNull();
  });

  test("show the one caller of the old secret behind more calls of the new one than are looked at", async () => {
    const { key } = await fixture.key();
    await regenerateKey(fixture.context(), { id: key.id, overlap: "1h" });
    await addRequest(fixture, { keyId: key.id, usedSecret: "previous", agent: "forgotten" });
    for (let second = 0; second < 3; second++) {
      fixture.clock.advance(1);
      await addRequest(fixture, { keyId: key.id });
    }
    const { current, previous } = await getKeySecrets(fixture.context(), { id: key.id }, { mostCalls: 2 });
    expect(current).toMatchObject({ calls: 2, capped: true });
    expect(previous).toMatchObject({ calls: 1, capped: false, callers: [{ agent: "forgotten" }] });
    // As many that none of the other indexes does as well: among a few rows Postgres takes any.
    const sql = sqlOf(fixture);
    await sql`
      insert into requests (at, row_id, request_id, environment, method, path, status, duration_ms, key_id, request_bytes, response_bytes)
      select at - number * interval '1 ms', gen_random_uuid(), request_id, environment, method, path, status, duration_ms, key_id, 0, 0
      from requests, generate_series(1, 2000) as number where key_id = ${key.id} and used_secret is null`;
    await sql`analyze requests`;
    const plan = await sql`
      explain select at from requests where key_id = ${key.id} and used_secret is not null
      and at between ${at()}::timestamptz - interval '1 minute' and ${at()}::timestamptz`;
    expect(JSON.stringify(plan)).toContain("Index");
    expect(JSON.stringify(plan)).not.toContain("Filter");
  });

  test("of a deleted key, and of one that never was, are nowhere", async () => {
    const { key } = await fixture.key();
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    await deleteKey(fixture.context(), { id: key.id, name: key.name });
    for (const id of [key.id, newId("key")])
      await expect(getKeySecrets(fixture.context(), { id })).rejects.toEqual(refusal("not_found"));
  });
});
