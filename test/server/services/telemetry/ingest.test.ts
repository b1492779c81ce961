import { keyPrincipal } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import type { LicenseView } from "@/contracts/licenses";
import { generateKey } from "@/server/core/key-format";
import {
  activateLicense,
  deactivateLicense,
  revokeLicense,
  suspendLicense,
} from "@/server/services/licenses";
import { listTelemetry } from "@/server/services/telemetry";
import { newLicense, refusal } from "../support";
import { send, storedEvents } from "./support";

const good = { type: "good" };
const API_KEY = generateKey("acme", "production");

const fixture = suiteFixture();
let license: LicenseView;

beforeAll(async () => {
  license = await newLicense(fixture);
  await activateLicense(fixture.context(keyPrincipal()), { key: license.key, identifier: "known" });
});

/** The flags of one event that was sent alone. */
async function flagsOf(event: object, customers: Parameters<typeof keyPrincipal>[0] = {}) {
  const type = `flags.${crypto.randomUUID()}`;
  const receipt = await send(fixture, [{ type, ...event }], customers);
  const { data } = await listTelemetry(fixture.context(), { type, limit: 1 });
  expect(receipt).toEqual({ accepted: 1, flagged: data[0]?.flags.length === 0 ? 0 : 1 });
  return data[0]?.flags;
}

describe("A batch", () => {
  test("is stored as it was sent, with what was left out filled in", async () => {
    const full = {
      type: "app.start <b>'); drop table telemetry_events;--",
      at: "2023-11-22T10:00:00+01:00",
      product: "Editor",
      version: "1.2.3",
      licenseKey: license.key,
      identifier: "known",
      data: { os: "linux", nested: { list: [1, null, { deep: true }] } },
    };
    expect(await send(fixture, [full, { type: "plain" }])).toEqual({ accepted: 2, flagged: 0 });
    const { data } = await listTelemetry(fixture.context(keyPrincipal()), { limit: 2 });
    const now = fixture.clock.now().toISOString();
    expect(data.find(({ type }) => type === full.type)).toEqual({
      ...full,
      id: expect.stringMatching(/^evt_/),
      environment: "staging",
      at: "2023-11-22T09:00:00.000Z",
      receivedAt: now,
      licenseId: license.id,
      licenseKey: `${license.key.slice(0, 4)}…${license.key.slice(-4)}`,
      flags: [],
    });
    expect(data.find(({ type }) => type === "plain")).toMatchObject({
      at: now,
      product: null,
      version: null,
      licenseId: null,
      licenseKey: null,
      identifier: null,
      data: {},
    });
  });

  test("holds no licence key in clear, known or not", async () => {
    const unknown = "SECRET-OF-SOMEBODY-ELSE";
    await send(fixture, [
      { type: "a", licenseKey: license.key },
      { type: "a", licenseKey: unknown },
      { type: "a", licenseKey: "short" },
    ]);
    const text = JSON.stringify(await storedEvents(fixture));
    for (const key of [license.key, unknown, "short"]) expect(text).not.toContain(key);
  });

  test("of a thousand is stored whole", async () => {
    const events = Array.from({ length: 1_000 }, (_, index) => ({
      type: "thousand",
      licenseKey: index % 4 === 0 ? "unknown" : license.key,
    }));
    expect(await send(fixture, events)).toEqual({ accepted: 1_000, flagged: 250 });
  });

  const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });
  test.each<[string, unknown, string]>([
    ["no events", [], "events"],
    ["1001 events", Array.from({ length: 1_001 }, () => good), "events"],
    ["an empty type", [good, good, good, { type: "" }], "events.3.type"],
    ["no type", [good, {}], "events.1.type"],
    ["an unknown field", [{ ...good, colour: "red" }], "events.0.colour"],
    ["an API key in a text", [{ ...good, version: API_KEY }], "events.0.version"],
    ["an API key for a licence key", [{ ...good, licenseKey: API_KEY }], "events.0.licenseKey"],
    ["an API key deep in the data", [{ ...good, data: { a: [`x ${API_KEY}`] } }], "events.0.data.a.0"],
    [
      "a name of the data that cannot be kept",
      [{ ...good, data: { a: { ["__proto__"]: 1 } } }],
      "events.0.data.a.__proto__",
    ],
    ["data that is no object", [{ ...good, data: [1] }], "events.0.data"],
    ["data too deep", [{ ...good, data: deep(8) }], "events.0.data"],
    ["data too large", [{ ...good, data: { a: "x".repeat(8_192) } }], "events.0.data"],
    ["many small things", [{ ...good, data: { a: Array(8_192).fill(1) } }], "events.0.data"],
    ["an identifier of 10 kB", [{ ...good, identifier: "x".repeat(10_240) }], "events.0.identifier"],
    ["a date that is none", [good, { ...good, at: "yesterday" }], "events.1.at"],
    ["a time over a day ahead", [good, { ...good, at: "2023-11-24T12:30:31Z" }], "events.1.at"],
    ["a time over ten years back", [good, { ...good, at: "2013-11-23T12:30:29Z" }], "events.1.at"],
  ])("with %s is refused there, and nothing of it is stored", async (_, events, path) => {
    const before = (await storedEvents(fixture)).length;
    await expect(send(fixture, events)).rejects.toEqual(refusal("validation_failed", path));
    expect(await storedEvents(fixture)).toHaveLength(before);
  });

  test("may be a day ahead, ten years back and eight levels deep to the last bit", async () => {
    const events = [
      { ...good, at: "2023-11-24T12:30:30Z" },
      { ...good, at: "2013-11-23T12:30:30Z" },
      { ...good, data: deep(7) },
    ];
    expect(await send(fixture, events)).toEqual({ accepted: 3, flagged: 0 });
  });

  test("with a hundred thousand brackets is refused like any other", async () => {
    const data = JSON.parse(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
    await expect(send(fixture, [{ ...good, data }])).rejects.toEqual(
      refusal("validation_failed", "events.0.data"),
    );
  });
});

describe("What cannot be stored or shown", () => {
  test("is replaced and flagged, in every text of an event, and costs nobody else's events", async () => {
    const before = (await storedEvents(fixture)).length;
    const odd = {
      type: "a\u0000b",
      product: "\u202eEditor",
      version: "1\ud800",
      licenseKey: `${"\u{1f600}".repeat(8)}x`,
      identifier: "de\u200bvice",
      data: { "a\u0000": ["\udc00", { e: "e\u0301" }] },
    };
    expect(await send(fixture, [good, odd, good])).toEqual({ accepted: 3, flagged: 1 });
    const [stored] = (await storedEvents(fixture)).slice(before).filter(({ flags }) => flags.length > 0);
    expect(stored).toMatchObject({
      type: "a\ufffdb",
      product: "\ufffdEditor",
      version: "1\ufffd",
      license_key: "\u2026\u{1f600}x",
      identifier: "de\ufffdvice",
      data: { "a\ufffd": ["\ufffd", { e: "\u00e9" }] },
      flags: ["unknown_license", "unreadable_text"],
    });
  });

  test("is not what another form of the same letter is", async () => {
    expect(await send(fixture, [{ ...good, data: { e: "e\u0301" } }])).toEqual({ accepted: 1, flagged: 0 });
  });
});

describe("A flag", () => {
  test("is absent where licence and device are known", async () => {
    expect(await flagsOf({ licenseKey: license.key, identifier: "known" })).toEqual([]);
    expect(await flagsOf({ licenseKey: license.key })).toEqual([]);
    expect(await flagsOf({ identifier: "anything" })).toEqual([]);
  });

  test("tells a device on which the licence is not active", async () => {
    expect(await flagsOf({ licenseKey: license.key, identifier: "other" })).toEqual(["not_activated"]);
  });

  test("tells a device whose activation was ended, until the licence is active on it once more", async () => {
    const { key } = await newLicense(fixture);
    const ctx = fixture.context(keyPrincipal());
    const use = { key, identifier: "given back" };
    const flags = () => flagsOf({ licenseKey: key, identifier: use.identifier });
    await activateLicense(ctx, use);
    expect(await flags()).toEqual([]);
    await deactivateLicense(ctx, use);
    expect(await flags()).toEqual(["not_activated"]);
    await activateLicense(ctx, use);
    // Its ended activation is still there, and makes neither a flag nor a second event.
    expect(await flags()).toEqual([]);
  });

  test("tells an expired, a suspended and a revoked licence", async () => {
    const ctx = fixture.context();
    const expired = await newLicense(fixture, { expiresAt: fixture.clock.now().toISOString() });
    expect(await flagsOf({ licenseKey: expired.key })).toEqual(["license_expired"]);
    const { id, key } = await newLicense(fixture, { expiresAt: fixture.clock.now().toISOString() });
    await suspendLicense(ctx, { id, reason: "" });
    expect(await flagsOf({ licenseKey: key })).toEqual(["license_suspended"]);
    await revokeLicense(ctx, { id, reason: "" });
    expect(await flagsOf({ licenseKey: key, identifier: "x" })).toEqual(["license_revoked", "not_activated"]);
  });

  test("does not tell a licence out of reach from one that does not exist", async () => {
    const unknown = ["unknown_license"];
    expect(await flagsOf({ licenseKey: "nothing" })).toEqual(unknown);
    const foreign = await newLicense(fixture, { environment: "production" });
    expect(await flagsOf({ licenseKey: foreign.key, identifier: "x" })).toEqual(unknown);
    const { id } = await fixture.customer();
    expect(await flagsOf({ licenseKey: license.key }, { customers: [id] })).toEqual(unknown);
    expect(await flagsOf({ licenseKey: license.key }, { customers: [] })).toEqual(unknown);
  });
});
