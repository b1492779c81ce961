import { newLicense } from "@test/server/services/support";
import { adminOf } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { maskLicenseKey } from "@/contracts/licenses";
import { exportCustomer } from "@/server/services/customer-export";
import { getJobResult } from "@/server/services/jobs";
import { getLicense, listLicenses } from "@/server/services/licenses";
import { keyWithRow, resultText, start, work } from "../../jobs/support";

const fixture = suiteFixture();

const viewer = () => fixture.context(adminOf("viewer"));
const operator = () => fixture.context(adminOf("operator"));
const list = (ctx: ReturnType<typeof viewer>, search?: string) =>
  listLicenses(ctx, { search, statuses: [], limit: 100 });

describe("A viewer", () => {
  test("sees licence keys masked, in the list and by themselves, where an operator sees them whole", async () => {
    const { id, key } = await newLicense(fixture);
    const masked = maskLicenseKey(key);
    expect(masked).not.toContain(key.slice(6, -6));
    expect((await getLicense(viewer(), { id })).key).toBe(masked);
    expect((await list(viewer())).data.map((license) => license.key)).toContain(masked);
    expect(JSON.stringify(await list(viewer()))).not.toContain(key);
    expect((await getLicense(operator(), { id })).key).toBe(key);
    expect((await list(operator())).data.map((license) => license.key)).toContain(key);
  });

  test("cannot find a key letter by letter: as a whole only, and by product or id as before", async () => {
    const { id, key } = await newLicense(fixture, { product: "Guessing game" });
    const found = async (ctx: ReturnType<typeof viewer>, search: string) =>
      (await list(ctx, search)).data.some((license) => license.id === id);
    for (const part of [key.slice(0, 5), key.slice(0, -1), key.slice(6, 17), `${key} Guess`]) {
      expect(await found(operator(), part)).toBe(true);
      expect(await found(viewer(), part)).toBe(false);
    }
    for (const whole of [key, id, "guessing"]) expect(await found(viewer(), whole)).toBe(true);
  });

  test("is refused the results of jobs that hold licence keys, and told whom to ask", async () => {
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, {
      type: "licenses.generate",
      input: { product: "P", count: 2 },
    });
    await work(fixture, id);
    await expect(getJobResult(viewer(), { id })).rejects.toMatchObject({
      code: "permission_denied",
      detail: "Your role does not allow this. It takes: Owner, Admin, Operator.",
    });
    expect((await resultText(operator(), id)).split("\r\n")).toHaveLength(4);
  });

  test("exports a customer with keys that are masked once, as for everybody", async () => {
    const { key, customerId } = await newLicense(fixture);
    const licensesFor = async (ctx: ReturnType<typeof viewer>) => {
      const { licenses } = await exportCustomer(ctx, { id: customerId as `cus_${string}` });
      return licenses.items.map((license) => license.key);
    };
    expect(await licensesFor(viewer())).toEqual([maskLicenseKey(key)]);
    expect(await licensesFor(operator())).toEqual([maskLicenseKey(key)]);
  });
});
