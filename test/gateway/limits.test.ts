import {
  type Answer,
  type CallOptions,
  call,
  expectProblem,
  inProcess,
  policiesIn,
} from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import type { RevealedKey } from "@/contracts/keys";
import { newId } from "@/server/core/ids";
import { regenerateKey, revokeKey, updateKey } from "@/server/services/keys";

// The clock stands at 12:30:30: 30 s to the end of the minute, 1,770 s to that of the hour, 41,370 s to that of the day.
const TO_END_OF_DAY = 41_370;

const fixture = suiteFixture();
const api = inProcess(fixture);

const ask = (key: string, options: CallOptions = {}, path = "/staging/key") =>
  call(api, "GET", path, { key, ...options });

async function askTimes(times: number, key: string): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let one = 0; one < times; one++) answers.push(await ask(key));
  return answers;
}

const statuses = (answers: Answer[]) => answers.map(({ status }) => status);
const remaining = ({ headers }: Answer, policy: string) => policiesIn(headers.get("ratelimit"))[policy]?.r;

function expectLimited(answer: Answer, retryAfter: number, ...violatedPolicies: string[]): void {
  expectProblem(answer, "rate_limited", { retryAfter, violatedPolicies });
  expect(answer.headers.get("retry-after")).toBe(String(retryAfter));
}

describe("the limits of a key", () => {
  test("let 60 calls of a minute pass, refuse the 61st, and admit it after exactly Retry-After", async () => {
    const { secret } = await fixture.key();
    const answers = await askTimes(60, secret);
    expect(new Set(statuses(answers))).toEqual(new Set([200]));
    expect(answers.map((answer) => remaining(answer, "minute"))).toEqual(
      Array.from({ length: 60 }, (_, used) => 59 - used),
    );
    // The minute ends in 30 s, but then all 60 still count; the first slides out a moment later.
    expectLimited(await ask(secret), 31, "minute");
    fixture.clock.advance(30);
    expectLimited(await ask(secret), 1, "minute");
    fixture.clock.advance(1);
    expect((await ask(secret)).status).toBe(200);
    fixture.clock.advance(59 + 30);
  });

  test("are told in structured fields, shortest window first, with what is left and until when", async () => {
    const { secret } = await fixture.key({ rateLimits: { day: 10_000, minute: 60, hour: 2 } });
    // Seconds are told whole, rounded up: whoever waits that long has waited long enough.
    fixture.clock.advance(0.25);
    const seconds = (fixture.clock.now().getTime() / 1_000) % 86_400;
    const [minute, hour, day] = [60, 3_600, 86_400].map((window) => Math.ceil(window - (seconds % window)));
    const { headers } = await ask(secret);
    expect(headers.get("ratelimit-policy")).toBe(
      '"minute";q=60;w=60, "hour";q=2;w=3600, "day";q=10000;w=86400',
    );
    expect(headers.get("ratelimit")).toBe(
      `"minute";r=59;t=${minute}, "hour";r=1;t=${hour}, "day";r=9999;t=${day}`,
    );
    await ask(secret);
    const refused = await ask(secret);
    expect(refused.headers.get("ratelimit")).toContain('"hour";r=0;');
    expect(refused.json.violatedPolicies).toEqual(["hour"]);
    fixture.clock.advance(0.75);
  });

  test("tell one instant: t of the policies that stand against a call is its Retry-After, and then a call passes", async () => {
    const { secret } = await fixture.key({ rateLimits: { minute: 4, hour: 7 } });
    const rateLimit = (answer: Answer) => policiesIn(answer.headers.get("ratelimit"));
    expect(statuses(await askTimes(5, secret))).toEqual([200, 200, 200, 200, 429]);
    fixture.clock.advance(40);
    // Of the minute before a part still counts, so that this minute is full long before its end.
    const answers = await askTimes(4, secret);
    const refused = answers.find(({ status }) => status === 429) as Answer;
    const wait = Number(refused.headers.get("retry-after"));
    expectLimited(refused, wait, "minute");
    expect(wait).toBeLessThan(40);
    expect(rateLimit(refused).minute?.t).toBe(wait);
    // The other policy lets the call pass, and tells the end of its window.
    expect(rateLimit(refused).hour?.t).toBeGreaterThan(1_000);
    fixture.clock.advance(wait - 1);
    expect(rateLimit(await ask(secret)).minute?.t).toBe(1);
    fixture.clock.advance(1);
    expect((await ask(secret)).status).toBe(200);
    fixture.clock.advance(60);
    await askTimes(4, secret);
    const both = await ask(secret);
    const { hour } = rateLimit(both);
    expect(both.json.violatedPolicies).toContain("hour");
    expect(hour?.t).toBe(Number(both.headers.get("retry-after")));
  });

  test("count refused calls in no longer window: hammering against a minute does not use up the day", async () => {
    const { secret } = await fixture.key({ rateLimits: { minute: 2, day: 5 } });
    for (let round = 0; round < 2; round++) {
      const answers = await askTimes(20, secret);
      expect(statuses(answers)).toEqual([200, 200, ...Array(18).fill(429)]);
      expect(remaining(answers[19] as Answer, "day")).toBe(5 - 2 * (round + 1));
      fixture.clock.advance(120);
    }
    expect(statuses(await askTimes(2, secret))).toEqual([200, 429]);
    // The refused call had passed the minute, and took its second place there.
    const last = await ask(secret);
    expect(last.json.violatedPolicies).toEqual(["minute", "day"]);
    expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(TO_END_OF_DAY - 600);
  });

  test("count every call that got past key and address, also refused and mistaken ones; others not", async () => {
    const { secret } = await fixture.key({
      permissions: ["jobs:read"],
      rateLimits: { day: 10 },
      ipAllowlist: ["192.0.2.0/24"],
    });

    const address = "192.0.2.1";
    expect(
      statuses([
        await ask(secret, { address: "192.0.3.1" }),
        await ask(secret, { address }, "/production/key"),
      ]),
    ).toEqual([403, 401]);
    expect(remaining(await ask(secret, { address }), "day")).toBe(9);
    expect(remaining(await ask(secret, { address }, "/staging/customers"), "day")).toBe(8);
    await ask(secret, { address }, "/staging/nowhere");
    expect(remaining(await ask(secret, { address }), "day")).toBe(7);
    const writer = await fixture.key({ rateLimits: { day: 10 } });
    expect(remaining(await ask(writer.secret, {}, `/staging/customers/${newId("cus")}`), "day")).toBe(9);
    const invalid = await call(api, "POST", "/staging/customers", { key: writer.secret, body: {} });
    expect([invalid.status, remaining(invalid, "day")]).toEqual([422, 8]);
  });

  test("apply as changed from the next call on: raised, lowered, with another window", async () => {
    const { key, secret } = await fixture.key({ rateLimits: { day: 2 } });
    const change = (rateLimits: object) => updateKey(fixture.context(), { id: key.id, rateLimits });
    expect(statuses(await askTimes(3, secret))).toEqual([200, 200, 429]);
    await change({ day: 3 });
    expect(statuses(await askTimes(2, secret))).toEqual([200, 429]);
    await change({ day: 10 });
    expect(remaining(await ask(secret), "day")).toBe(6);
    await change({ day: 1 });
    expect((await ask(secret)).json.violatedPolicies).toEqual(["day"]);
    await change({ hour: 1 });
    expect(statuses(await askTimes(2, secret))).toEqual([200, 429]);
  });

  test("belong to the key, not to its secret: a regenerate does not reset them, in its overlap neither", async () => {
    const { key, secret } = await fixture.key({ rateLimits: { day: 3 } });
    expect(statuses(await askTimes(2, secret))).toEqual([200, 200]);
    const second = await regenerateKey(fixture.context(), { id: key.id, overlap: "24h" });
    expect(statuses([await ask(secret), await ask(second.secret), await ask(secret)])).toEqual([
      200, 429, 429,
    ]);
  });
});

describe("failed authentications", () => {
  const MAX = 5;
  const guarded = suiteFixture({ AUTH_FAILURES_PER_MINUTE: String(MAX) });
  let good: RevealedKey;

  beforeAll(async () => {
    good = await guarded.key();
  });

  const from = (address: string, key?: string, path = "/staging/key") =>
    call(inProcess(guarded), "GET", path, { address, ...(key === undefined ? {} : { key }) });

  async function failTimes(times: number, address: string): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let one = 0; one < times; one++) answers.push(await from(address, "garbage"));
    return answers;
  }

  test("above the limit of an address are 429 in place of 401, until the time told, and hide what is wrong", async () => {
    const address = "192.0.2.1";
    const { key, secret } = await guarded.key();
    await revokeKey(guarded.context(), { id: key.id, reason: "" });
    expect(statuses(await failTimes(MAX, address))).toEqual(Array(MAX).fill(401));
    for (const failing of ["garbage", secret, undefined]) {
      const answer = await from(address, failing);
      expectLimited(answer, 31, "auth-failures");
      expect(answer.headers.get("ratelimit")).toBeNull();
      expect(answer.headers.get("www-authenticate")).toBeNull();
    }
    guarded.clock.advance(30);
    expectLimited(await from(address, "garbage"), 1, "auth-failures");
    guarded.clock.advance(1);
    expectProblem(await from(address, secret), "key_revoked");
    guarded.clock.advance(89);
  });

  test("do not affect good keys from the same address, nor other addresses", async () => {
    const address = "192.0.2.2";
    expect(statuses(await failTimes(MAX + 1, address)).at(-1)).toBe(429);
    expect((await from(address, good.secret)).status).toBe(200);
    expectProblem(await from("192.0.2.3", "garbage"), "key_invalid");
  });

  test("count whatever is wrong with the key, but no unknown path and no refusal behind the gateway", async () => {
    const address = "192.0.2.4";
    const limited = await guarded.key({ ipAllowlist: ["198.51.100.1"] });
    for (let one = 0; one < 2 * MAX; one++) {
      expectProblem(await from(address, "garbage", "/nowhere"), "not_found");
      expectProblem(await from(address, limited.secret), "ip_not_allowed");
    }
    const { secret } = await guarded.key({ environment: "production" });
    const failures = [await from(address), await from(address, "garbage"), await from(address, secret)];
    expect(statuses([...failures, ...(await failTimes(MAX - 2, address))])).toEqual([
      401, 401, 401, 401, 401, 429,
    ]);
  });

  test("count for a whole IPv6 network of 64 bits, which one client has to himself", async () => {
    for (let one = 1; one <= MAX; one++) expect((await from(`2001:db8:0:1::${one}`)).status).toBe(401);
    expect((await from("2001:db8:0:1:ffff::1")).status).toBe(429);
    expect((await from("2001:db8:0:2::1")).status).toBe(401);
  });

  test("are never limited where the setting is 0", async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask("garbage")));
    expect(new Set(statuses(answers))).toEqual(new Set([401]));
  });
});
