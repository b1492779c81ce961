import { newLicense } from "@test/server/services/support";
import { call, expectFieldErrors, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import { PERMISSIONS } from "@/contracts/permissions";
import { everyRow } from "../server/services/support";

const fixture = suiteFixture();
const api = inProcess(fixture);
let key: string;
let licenseKey: string;

beforeAll(async () => {
  key = (await fixture.key({ permissions: PERMISSIONS, rateLimits: { minute: 100_000 } })).secret;
  licenseKey = (await newLicense(fixture)).key;
});

const post = (path: string, body: unknown) => call(api, "POST", `/staging${path}`, { key, body });

/** What every call leaves: its row in the log, what is counted of it, and the last use of its key. */
const OF_EVERY_CALL = /^(requests|request_log_|usage_|key_networks|api_keys|api_key_uses)/;

/** All rows but those. */
async function rows() {
  await fixture.runtime.lastUse.flush();
  const tables = Object.entries(await everyRow(fixture));
  return Object.fromEntries(tables.filter(([name]) => !OF_EVERY_CALL.test(name)));
}

/** Runs calls that are to be refused, and demands that they leave nothing behind, neither rows nor faults in the log. */
async function leavesNothing(calls: () => Promise<void>): Promise<void> {
  const before = await rows();
  await calls();
  expect(await rows()).toEqual(before);
  expect(fixture.log()).not.toContain('"level":"error"');
}

describe.each(["activate", "deactivate"])("POST /licenses/%s", (verb) => {
  test.each<[string, object, string]>([
    ["no identifier", {}, "identifier"],
    ["an empty identifier", { identifier: "" }, "identifier"],
    ["an identifier of blanks", { identifier: " \t " }, "identifier"],
    ["an identifier of 10 kB", { identifier: "d".repeat(10_240) }, "identifier"],
    ["an identifier one character too long", { identifier: "d".repeat(256) }, "identifier"],
    ["an identifier with a NUL", { identifier: "a\u0000b" }, "identifier"],
    ["an identifier with half a surrogate pair", { identifier: "a\ud800" }, "identifier"],
    ["a number for an identifier", { identifier: 7 }, "identifier"],
    ["a licence key of 10 kB", { key: "K".repeat(10_240), identifier: "device" }, "key"],
    ["an empty licence key", { key: "", identifier: "device" }, "key"],
    ["an unknown field", { identifier: "device", licence: "x" }, "licence"],
  ])("with %s is 422 at the field, and changes nothing", async (_what, body, field) => {
    await leavesNothing(async () => {
      expectFieldErrors(await post(`/licenses/${verb}`, { key: licenseKey, ...body }), field);
    });
  });
});

test("The longest identifier there may be activates, once, and is given back as it was sent", async () => {
  const identifier = "ä".repeat(255);
  const body = { key: licenseKey, identifier };
  const first = await post("/licenses/activate", body);
  expect([first.status, (await post("/licenses/activate", body)).status]).toEqual([201, 200]);
  expect(first.json).toMatchObject({ activation: { identifier } });
  expect((await post("/licenses/deactivate", body)).status).toBe(200);
});

describe("POST /telemetry", () => {
  const good = { type: "good" };
  /** One bad event among good ones, which are not to be stored either. */
  const among = (event: unknown) => ({ events: [good, good, event, good] });

  // The fixture's clock stands at 2023-11-23T12:30:30Z.
  test.each<[string, object, string | { path: string; code: string }]>([
    ["a time over a day ahead", { at: "2023-11-24T12:30:30.001Z" }, { path: "events.2.at", code: "future" }],
    ["a time in the year 9999", { at: "9999-12-31T23:59:59Z" }, { path: "events.2.at", code: "future" }],
    [
      "a time over ten years back",
      { at: "2013-11-23T12:30:29.999Z" },
      { path: "events.2.at", code: "ancient" },
    ],
    ["the beginning of 1970", { at: "1970-01-01T00:00:00Z" }, { path: "events.2.at", code: "ancient" }],
    ["a time before 1970", { at: "1969-12-31T23:59:59Z" }, "events.2.at"],
    ["a time after 9999", { at: "+010000-01-01T00:00:00Z" }, "events.2.at"],
    ["a day for a time", { at: "2023-11-23" }, "events.2.at"],
    ["a time without an offset", { at: "2023-11-23T12:00:00" }, "events.2.at"],
    ["a day that there is not", { at: "2023-02-30T12:00:00Z" }, "events.2.at"],
    ["a number for a time", { at: 1_795_000_000 }, "events.2.at"],
    ["no type", { type: undefined }, "events.2.type"],
    ["an empty type", { type: "" }, "events.2.type"],
    ["a type of 10 kB", { type: "t".repeat(10_240) }, "events.2.type"],
    ["an empty identifier", { identifier: "" }, "events.2.identifier"],
    ["an identifier of 10 kB", { identifier: "d".repeat(10_240) }, "events.2.identifier"],
    ["data of 10 kB", { data: { a: "v".repeat(10_240) } }, "events.2.data"],
    ["a list for data", { data: [1] }, "events.2.data"],
    ["an unknown field", { receivedAt: "2023-11-23T12:00:00Z" }, "events.2.receivedAt"],
  ])("with one event of %s is 422 with its index, and nothing is stored", async (_what, fields, error) => {
    await leavesNothing(async () => {
      expectFieldErrors(await post("/telemetry", among({ type: "bad", ...fields })), error);
    });
  });

  test("tells of every bad event by its index", async () => {
    await leavesNothing(async () => {
      const events = [
        { type: "a", at: "2030-01-01T00:00:00Z" },
        good,
        { type: "b", at: "1990-01-01T00:00:00Z" },
      ];
      const future = { path: "events.0.at", code: "future" };
      expectFieldErrors(await post("/telemetry", { events }), future, {
        path: "events.2.at",
        code: "ancient",
      });
    });
  });

  test.each([
    ["no events", { events: [] }, "events"],
    ["1,001 events", { events: Array.from({ length: 1_001 }, () => good) }, "events"],
    ["an object for the list", { events: good }, "events"],
    ["null for an event", { events: [good, null] }, "events.1"],
    ["a list for an event", { events: [[good]] }, "events.0"],
  ])("with %s is 422, and nothing is stored", async (_what, body, field) => {
    await leavesNothing(async () => {
      expectFieldErrors(await post("/telemetry", body), field);
    });
  });

  test("takes times up to the very bounds, in any offset, and keeps them as the same instant", async () => {
    const times = ["2023-11-24T12:30:30.000Z", "2013-11-23T12:30:30.000Z", "2023-11-23T21:00:00.5+09:00"];
    const answer = await post("/telemetry", { events: times.map((at) => ({ type: "bound", at })) });
    expect(answer.json).toEqual({ accepted: 3, flagged: 0 });
    const list = await call(api, "GET", "/staging/telemetry?type=bound", { key });
    const kept = (list.json as { data: { at: string }[] }).data.map(({ at }) => Date.parse(at));
    expect(kept.sort()).toEqual(times.map((at) => Date.parse(at)).sort());
  });
});
