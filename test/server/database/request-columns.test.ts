import { suiteFixture } from "@test/support/suite";
import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { newId, requestIdFrom } from "@/server/core/ids";
import {
  hasRequestId,
  PATH,
  pathOf,
  requestIdOf,
  shortPath,
  shortRequestId,
} from "@/server/database/request-columns";
import { requests } from "@/server/database/schema";
import { addRequest } from "../../support/requests";

const fixture = suiteFixture();

describe("A request id in the log", () => {
  const traced = requestIdFrom(`00-${"f".repeat(32)}-${"1".repeat(16)}-01`);
  const found = async (id: `req_${string}`) => {
    const rows = await fixture.runtime.databases.owner.select().from(requests).where(hasRequestId(id));
    return rows.map((row) => requestIdOf(row));
  };

  test("is kept without its beginning where that is the instant of the call, else whole, and read as it was", () => {
    // Of the millisecond of the clock that ids are made by.
    const before = Date.now();
    const id = newId("req");
    const instants = Array.from({ length: Date.now() - before + 1 }, (_, ms) => new Date(before + ms));
    const short = instants.filter((at) => shortRequestId(id, at).length === 16);
    expect(short).toHaveLength(1);
    for (const at of [...instants, new Date(0), new Date(8.64e15)]) {
      for (const one of [id, traced]) {
        expect(requestIdOf({ at, requestId: shortRequestId(one, at) })).toBe(one);
      }
    }
    expect(shortRequestId(traced, new Date())).toBe(traced);
  });

  test("finds its call alone, short or whole, among others of the same instant, and where its time is beyond any date", async () => {
    const at = fixture.clock.now();
    // The time in the first ten of its characters, as base32.
    let time = "";
    for (let ms = at.getTime(); time.length < 10; ms = Math.floor(ms / 32))
      time = "0123456789abcdefghjkmnpqrstvwxyz".charAt(ms % 32) + time;
    const ids = ["0000000000000001", "0000000000000002"].map((rest) => `req_${time}${rest}` as const);
    for (const id of [...ids, traced, newId("req")]) {
      await addRequest(fixture, { at, requestId: shortRequestId(id, at) as `req_${string}` });
    }
    for (const id of [...ids, traced]) expect(await found(id)).toEqual([id]);
    expect(await found(`req_${time}0000000000000003`)).toEqual([]);
    // A short one is no id of a call of another instant.
    expect(await found("req_00000000000000000000000001")).toEqual([]);
  });
});

describe("A path in the log", () => {
  test("is kept only where route and environment do not tell it, and read as it was, also by Postgres", async () => {
    const environment = "staging" as const;
    const paths = {
      "/api/v1/staging/key": ["GET /key", ""],
      "/api/v1/key": ["GET /key", "/api/v1/key"],
      "/api/v1/production/key": ["GET /key", "/api/v1/production/key"],
      "/api/v1/staging/customers/cus_1": ["GET /customers/{id}", "/api/v1/staging/customers/cus_1"],
      "/api/v1/staging/nothing": [null, "/api/v1/staging/nothing"],
    } as const;
    for (const [path, [route, kept]] of Object.entries(paths)) {
      expect(shortPath(path, environment, route ?? undefined)).toBe(kept);
      expect(pathOf({ path: kept, environment, route })).toBe(path);
      const { rowId } = await addRequest(fixture, { environment, route, path: kept });
      const [row] = await fixture.runtime.databases.owner
        .select({ path: sql<string>`${PATH}` })
        .from(requests)
        .where(sql`row_id = ${rowId}`);
      expect(row).toEqual({ path });
    }
  });
});
