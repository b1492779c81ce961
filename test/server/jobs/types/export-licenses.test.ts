import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import type { JobInput } from "@/contracts/schemas/job-types";
import { getJobResult } from "@/server/services/jobs";
import { createLicense } from "@/server/services/licenses";
import { keyWithRow, resultText, start, work } from "../support";

const fixture = suiteFixture();

const rowsOf = (text: string) => text.trimEnd().split("\r\n");

describe("licenses.export", () => {
  test("writes what the filter finds, once each, over several chunks, with formulas made text", async () => {
    const key = await keyWithRow(fixture);
    const many = await start(fixture, key, {
      type: "licenses.generate",
      input: { product: '=cmd("x")', count: 1_001 },
    });
    await work(fixture, many.id);
    await createLicense(fixture.context(), { product: "Other", environment: "staging" });
    const { id } = await start(fixture, key, {
      type: "licenses.export",
      input: { filter: { product: '=cmd("x")', status: "available" } },
    });
    expect(await work(fixture, id)).toMatchObject({
      status: "succeeded",
      progress: { done: 1_001, total: 1_001 },
    });

    const [, ...lines] = rowsOf(await resultText(fixture.context(key), id));
    expect(new Set(lines.map((line) => line.split(",")[0])).size).toBe(1_001);
    expect(lines[0]).toContain(`"'=cmd(""x"")"`);
  });

  test("as NDJSON has each licence as its route shows it, with lists, objects and numbers, and no apostrophe", async () => {
    const key = await keyWithRow(fixture);
    const made = await createLicense(fixture.context(), {
      product: "=NDJSON",
      environment: "staging",
      activationLimit: 3,
      features: ["a; b", "c"],
      metadata: { seats: [1, null] },
      customer: { email: "ndjson@acme.example" },
    });
    const filter = { product: "=NDJSON" };
    const { id } = await start(fixture, key, { type: "licenses.export", input: { filter } });
    await work(fixture, id);
    const text = await resultText(fixture.context(key), id, "ndjson");
    expect(text.endsWith("}\n")).toBe(true);
    const [columns] = rowsOf(await resultText(fixture.context(key), id));
    const [row] = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(Object.keys(row)).toEqual(columns?.split(","));
    const { environment: _e, customer: _c, suspendedAt: _sa, suspendedReason: _sr, ...shown } = made;
    const { revokedAt: _ra, revokedReason: _rr, ...license } = shown;
    expect(row).toEqual({ ...license, customerEmail: "ndjson@acme.example" });
  });

  test("takes several statuses, as the console's list does", async () => {
    const key = await keyWithRow(fixture);
    for (const expiresAt of ["2023-01-01T00:00:00Z", null]) {
      await createLicense(fixture.context(), { product: "Several", environment: "staging", expiresAt });
    }
    const countOf = async (status: JobInput<"licenses.export">["filter"]["status"]) => {
      const filter = { product: "Several", ...(status && { status }) };
      const { id } = await start(fixture, key, { type: "licenses.export", input: { filter } });
      return (await work(fixture, id)).progress.done;
    };
    expect(await countOf("expired")).toBe(1);
    expect(await countOf(["expired", "available"])).toBe(2);
    expect(await countOf(["revoked"])).toBe(0);
    expect(await countOf(undefined)).toBe(2);
  });

  test("that finds nothing is a header line", async () => {
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, {
      type: "licenses.export",
      input: { filter: { product: "Nothing" } },
    });
    expect(await work(fixture, id)).toMatchObject({ status: "succeeded", progress: { done: 0, total: 0 } });
    expect(rowsOf(await resultText(fixture.context(key), id))).toHaveLength(1);
    expect(await resultText(fixture.context(key), id, "ndjson")).toBe("");
  });
});

test("A result is not for a key that may read jobs but not what is in it", async () => {
  const key = await keyWithRow(fixture);
  const { id } = await start(fixture, key, { type: "licenses.export", input: { filter: {} } });
  await work(fixture, id);
  const reader = fixture.context({ ...key, permissions: ["jobs:read"] });
  await expect(getJobResult(reader, { id })).rejects.toMatchObject({
    extensions: { missingPermissions: ["licenses:read"] },
  });
});
