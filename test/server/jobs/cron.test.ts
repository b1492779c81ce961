import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { mayWork, workBatch } from "@/server/jobs/cron";
import { getJob } from "@/server/services/jobs";
import { keyWithRow, start, workerOf } from "./support";

const fixture = suiteFixture();

describe("The scheduler's call", () => {
  test("needs the secret, and is closed where there is none", () => {
    expect(mayWork("0123456789abcdef", "Bearer 0123456789abcdef")).toBe(true);
    expect(mayWork("0123456789abcdef", "Bearer 0123456789abcdeF")).toBe(false);
    expect(mayWork("0123456789abcdef", null)).toBe(false);
    expect(mayWork(undefined, "Bearer undefined")).toBe(false);
  });

  test("works on what is due, oldest first, and on nothing once its time is over", async () => {
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, { type: "licenses.export", input: { filter: {} } });
    expect(await workBatch(workerOf(fixture))).toBeGreaterThan(0);
    expect(await getJob(fixture.context(key), { id })).toMatchObject({ status: "succeeded" });
    expect(await workBatch(workerOf(fixture))).toBe(0);
  });
});
