import { requestRowOf, sqlOf } from "@test/server/services/support";
import { call, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { generateKey } from "@/server/core/key-format";
import { getKey } from "@/server/services/keys";

const fixture = suiteFixture({ API_ENVIRONMENT: "development" });
const api = inProcess(fixture);

const newKey = (input = {}) => fixture.key({ rateLimits: { minute: 1_000 }, ...input });

const rowOf = (answer: { headers: Headers }) => requestRowOf(fixture, answer);

describe("A key in a query string", () => {
  test("is noted with the key it belongs to, whoever sent it, and is not in the row", async () => {
    const { key, secret } = await newKey();
    const stranger = generateKey("kw", "staging");
    const answers = [];
    for (const query of [
      `api_key=${secret}`,
      `x=${encodeURIComponent(secret)}&y=${stranger}`,
      `q=%6b${secret.slice(1)}`,
    ]) {
      fixture.clock.advance(1);
      answers.push(await call(api, "GET", `/staging/customers?${query}`));
    }
    const [first, , last] = await Promise.all(answers.map(rowOf));
    expect(first?.query).toBe("api_key=[redacted]");
    expect(last?.query).not.toContain(secret.slice(10, 40));
    const exposures = await sqlOf(
      fixture,
    )`select *, first_seen_at < last_seen_at as lasted from key_exposures`;
    expect(exposures).toMatchObject([
      { key_id: key.id, place: "query", calls: "3", lasted: true, last_request_id: last?.request_id },
    ]);
  });
});

describe("A network that a key calls from", () => {
  test("is counted once per /24 or /48, with the use of the key before it was first seen", async () => {
    const { key, secret } = await newKey();
    const from = async (address: string) => {
      await call(api, "GET", "/staging/key", { key: secret, address });
      await fixture.runtime.lastUse.flush();
      await fixture.runtime.requestLog.flush();
    };
    const start = fixture.clock.now();
    await from("192.0.2.7");
    await from("192.0.2.200");
    fixture.clock.advance(90 * 86_400);
    // What is known of a key is a minute old at most, a change sooner; here 90 days have passed in none.
    await sqlOf(fixture)`update api_keys set name = 'Resumed' where id = ${key.id}`;
    await from("2001:db8:1:2::3");
    await from("2001:db8:1:ffff::3");
    await call(api, "GET", "/production/key", { key: secret, address: "203.0.113.1" });
    await fixture.runtime.requestLog.flush();
    const networks = await sqlOf(fixture)`
      select network::text, calls::int, to_json(used_before_at) as before from key_networks where key_id = ${key.id} order by 1`;
    expect(networks.map(({ network, calls }) => [network, calls])).toEqual([
      ["192.0.2.0/24", 2],
      ["2001:db8:1::/48", 2],
    ]);
    expect(networks[0]?.before).toBeNull();
    expect(new Date(networks[1]?.before)).toEqual(start);
    const [resumed] = await sqlOf(
      fixture,
    )`select resumed_at, dormant_since from api_keys where id = ${key.id}`;
    expect(new Date(resumed?.dormant_since)).toEqual(start);
    expect(new Date(resumed?.resumed_at)).toEqual(fixture.clock.now());
    expect((await getKey(fixture.context(), { id: key.id })).lastUsedAt).toBe(
      fixture.clock.now().toISOString(),
    );
  });
});
