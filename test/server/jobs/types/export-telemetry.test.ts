import { newLicense } from "@test/server/services/support";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { startJobSchema } from "@/contracts/schemas/job-types";
import { getJobResult } from "@/server/services/jobs";
import { sqlOf } from "../../services/support";
import { send } from "../../services/telemetry/support";
import { afterChunks, keyWithRow, resultParts, resultText, start, work } from "../support";

const fixture = suiteFixture();

const DAY = { from: "2023-11-23T00:00:00Z", to: "2023-11-24T00:00:00Z" };
const exportOf = (input: object = {}) => ({ type: "telemetry.export", input: { ...DAY, ...input } }) as const;

async function linesOf(id: `job_${string}`): Promise<string[]> {
  const text = await resultText(fixture.context(), id);
  return text.trimEnd().split("\r\n").slice(1);
}

const typeOf = (line: string) => line.split(",")[1];

/** So many events of a type, in batches as large as they may be. */
async function sendMany(type: string, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1_000) {
    await send(
      fixture,
      Array.from({ length: Math.min(left, 1_000) }, () => ({ type })),
    );
  }
}

describe("telemetry.export", () => {
  test("writes the events of the time and the filter, with masked licence keys and no formula of a sender", async () => {
    const { key: licenseKey } = await newLicense(fixture);
    await send(fixture, [
      {
        type: "=cmd",
        product: "Editor, pro",
        version: "@1",
        identifier: "+1",
        licenseKey,
        data: { a: 'say "x"' },
      },
      { type: "odd", licenseKey: "unknown" },
      { type: "plain" },
    ]);
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, exportOf());
    expect(await work(fixture, id)).toMatchObject({ status: "succeeded", progress: { done: 3, total: 3 } });
    const text = await resultText(fixture.context(), id);
    expect(text).toMatch(
      /^id,type,at,receivedAt,product,version,licenseId,licenseKey,identifier,flags,data\r\n/,
    );
    expect(text).not.toContain(licenseKey);
    expect(text).toMatch(
      /,'=cmd,.*,"Editor, pro",'@1,lic_.*,'\+1,not_activated,"\{""a"":""say \\""x\\""""\}"/,
    );
    const flagged = await start(fixture, key, exportOf({ flagged: true, type: "odd" }));
    await work(fixture, flagged.id);
    expect((await linesOf(flagged.id)).map(typeOf)).toEqual(["odd"]);
    const before = await start(
      fixture,
      key,
      exportOf({ from: "2023-11-22T00:00:00Z", to: "2023-11-23T00:00:00Z" }),
    );
    await work(fixture, before.id);
    expect(await linesOf(before.id)).toEqual([]);
  });

  test("has each event once, also when it goes on in another process while events come in", async () => {
    await sendMany("many", 1_300);
    const { id } = await start(fixture, await keyWithRow(fixture), exportOf({ type: "many" }));
    expect(await work(fixture, id, afterChunks(1))).toMatchObject({
      status: "running",
      progress: { done: 500 },
    });
    await sendMany("many", 10);
    expect(await work(fixture, id, afterChunks(1))).toMatchObject({ progress: { done: 1_000 } });
    expect(await work(fixture, id)).toMatchObject({ status: "succeeded", progress: { done: 1_300 } });
    const lines = await linesOf(id);
    expect(lines).toHaveLength(1_300);
    expect(new Set(lines).size).toBe(1_300);
  });

  test("reaches no further than its key: not another environment, and of a scoped key its customers alone", async () => {
    const [one, two] = [await newLicense(fixture), await newLicense(fixture)];
    await send(fixture, [
      { type: "reach", licenseKey: one.key },
      { type: "reach", licenseKey: two.key },
    ]);
    await send(fixture, [{ type: "reach" }], { environment: "production" });
    const customers = [one.customerId ?? "cus_"] as `cus_${string}`[];
    const scoped = await start(
      fixture,
      await keyWithRow(fixture, { customers }),
      exportOf({ type: "reach" }),
    );
    await work(fixture, scoped.id);
    const lines = await linesOf(scoped.id);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(one.id);
    const all = await start(fixture, await keyWithRow(fixture), exportOf({ type: "reach" }));
    await work(fixture, all.id);
    expect(await linesOf(all.id)).toHaveLength(2);
  });

  test("needs Telemetry Read to be started, to run and to be read", async () => {
    const jobs = ["jobs:read", "jobs:write"] as const;
    const without = await keyWithRow(fixture, { permissions: [...jobs] });
    const missing = { extensions: { missingPermissions: ["telemetry:read"] } };
    await expect(start(fixture, without, exportOf())).rejects.toMatchObject(missing);
    const key = await keyWithRow(fixture, { permissions: [...jobs, "telemetry:read"] });
    const { id } = await start(fixture, key, exportOf());
    await sqlOf(fixture)`update api_keys set permissions = '{jobs:read,jobs:write}' where id = ${key.id}`;
    expect(await work(fixture, id)).toMatchObject({ status: "failed", error: { code: "permission_denied" } });
    const done = await start(fixture, await keyWithRow(fixture), exportOf());
    await work(fixture, done.id);
    await expect(getJobResult(fixture.context(without), { id: done.id })).rejects.toMatchObject(missing);
  });

  test.each([
    ["no end", { to: undefined }],
    ["an end before its beginning", { to: "2023-11-22T00:00:00Z" }],
    ["an end at its beginning", { to: DAY.from }],
    ["a day for a time", { from: "2023-11-22" }],
    ["an unknown filter", { colour: "red" }],
    ["a text for a flag", { flagged: "true" }],
  ])("with %s is refused", (_what, input) => {
    expect(startJobSchema.safeParse(exportOf()).success).toBe(true);
    expect(startJobSchema.safeParse(exportOf(input)).success).toBe(false);
  });
});

describe("A result", () => {
  test("is read part by part, each on its own no larger than a few chunks", async () => {
    await sendMany("large", 6_000);
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, exportOf({ type: "large" }));
    await work(fixture, id);
    const parts = await resultParts(fixture.context(key), id);
    expect(parts.map((text) => text.split("\r\n").length)).toEqual([1 + 8 * 500 + 1, 4 * 500 + 1]);
    expect(new Set(parts.join("").trimEnd().split("\r\n")).size).toBe(6_001);
    const lines = (await resultParts(fixture.context(key), id, "ndjson")).map((text) =>
      text.trimEnd().split("\n"),
    );
    expect(lines.map(({ length }) => length)).toEqual([8 * 500, 4 * 500]);
    expect(new Set(lines.flat().map((line) => JSON.parse(line).id)).size).toBe(6_000);
  });
});
