// @module-tag long
import { suiteFixture } from "@test/support/suite";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { KEY_SORTS, type KeyView } from "@/contracts/keys";
import type { ListKeysInput } from "@/contracts/schemas/keys";
import { encodeCursor } from "@/server/core/cursor";
import { getKey, revokeKey, updateKey } from "@/server/services/keys";
import { refusal, sqlOf } from "../support";
import { fillWithKeys, filters, inOrder, list, matches, pagesOf, sorts, ways } from "./list.support";

const fixture = suiteFixture();
let all: KeyView[];

beforeAll(async () => {
  await fillWithKeys(fixture);
  all = (await pagesOf(fixture, { limit: 100 })).flatMap((page) => page.data);
});

const ids = (keys: readonly KeyView[]) => keys.map((key) => key.id);
const limit = fc.constantFrom(10 as const, 20 as const, 50 as const);

describe("The list of keys", () => {
  test("shows the newest first, 20 at a time, and no deleted key", async () => {
    const page = await list(fixture);
    expect(page.data).toHaveLength(20);
    expect(ids(page.data)).toEqual(ids(all).slice(0, 20));
    expect(ids(all)).toEqual(ids(all).sort().reverse());
    expect(all).toHaveLength(45);
    expect(new Set(all.map((key) => key.status))).toEqual(new Set(["active", "inactive", "expired"]));
  });

  test("shows what every combination of filters and every sort asks for, and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(filters, sorts, ways, async (filter, sort, way) => {
        const input: ListKeysInput = { ...filter, ...sort };
        const expected = inOrder(
          all.filter((key) => matches(fixture, key, input)),
          input,
        );
        const page = await list(fixture, { ...input, limit: 100 }, way);
        // Whole: whichever way a page was found, it shows nothing of that.
        expect(page.data).toEqual(expected);
        expect(page).toMatchObject({ nextCursor: null, previousCursor: null });
      }),
      { numRuns: 150 },
    );
  });

  test("reads the same page by page, forwards and backwards", async () => {
    await fc.assert(
      fc.asyncProperty(filters, sorts, limit, ways, async (filter, sort, size, way) => {
        const input: ListKeysInput = { ...filter, ...sort, limit: size };
        const expected = ids(
          inOrder(
            all.filter((key) => matches(fixture, key, input)),
            input,
          ),
        );
        const pages = await pagesOf(fixture, input, way);
        expect(pages.flatMap((page) => ids(page.data))).toEqual(expected);
        let back = pages.at(-1);
        for (let place = pages.length - 2; place >= 0; place--) {
          back = await list(fixture, { ...input, cursor: back?.previousCursor }, way);
          expect(ids(back.data)).toEqual(ids(pages[place]?.data ?? []));
        }
        expect(back?.previousCursor).toBeNull();
      }),
      { numRuns: 50 },
    );
  });

  test("leads on from a key with the longest name there can be", async () => {
    const name = "🔑".repeat(100);
    const made = await Promise.all(Array.from({ length: 11 }, () => fixture.key({ name })));
    const input: ListKeysInput = { search: "🔑", sort: "name", limit: 10 };
    const pages = await pagesOf(fixture, input);
    expect(pages.map((page) => page.data.length)).toEqual([10, 1]);
    for (const { key } of made) await sqlOf(fixture)`delete from api_keys where id = ${key.id}`;
  });

  test("finds the keys scoped to a customer, and a key by its whole id", async () => {
    const scoped = all.filter((key) => key.customers);
    const customer = scoped[0]?.customers?.[0]?.id;
    expect(scoped.length).toBeGreaterThan(0);
    expect(ids((await list(fixture, { customerId: customer, limit: 100 })).data)).toEqual(ids(scoped));
    const [key] = all;
    expect(ids((await list(fixture, { search: key?.id })).data)).toEqual([key?.id]);
  });

  test("shows of a key what it shows on its own, without anything secret", async () => {
    const { data } = await list(fixture);
    expect(data).toHaveLength(20);
    for (const key of data) {
      expect(key).toEqual(await getKey(fixture.context(), { id: key.id }));
      expect(JSON.stringify(key)).not.toMatch(/digest|secret|customerScoped/);
    }
  });
});

describe("While somebody reads page by page,", () => {
  const read = async (input: ListKeysInput, between: (page: number) => Promise<unknown>) => {
    const seen: string[] = [];
    let cursor: string | null = null;
    let number = 0;
    do {
      const page = await list(fixture, { ...input, limit: 10, cursor });
      seen.push(...ids(page.data));
      cursor = page.nextCursor;
      await between(number++);
    } while (cursor);
    return seen;
  };

  test.each(
    KEY_SORTS.flatMap((sort) => (["asc", "desc"] as const).map((direction) => [sort, direction] as const)),
  )("keys that are added make none appear twice and none go missing (%s, %s)", async (sort, direction) => {
    const search = "Ünïcode";
    const before = ids(
      (await pagesOf(fixture, { limit: 100, sort, direction })).flatMap((page) => page.data),
    );
    const added: string[] = [];
    const seen = await read({ sort, direction }, async (page) => {
      const { key } = await fixture.key({ name: page % 2 ? "aaa" : "zzz", description: search });
      added.push(key.id);
    });
    expect(seen.filter((id) => !added.includes(id))).toEqual(before);
    expect(new Set(seen).size).toBe(seen.length);
    for (const id of added) await sqlOf(fixture)`delete from api_keys where id = ${id}`;
  });

  test("keys that are renamed or revoked behind the reader do not come again", async () => {
    const seen = await read({ sort: "createdAt" }, async (page) => {
      const key = all[page];
      if (key) await updateKey(fixture.context(), { id: key.id, name: `${key.name}!` });
      if (key) await revokeKey(fixture.context(), { id: key.id, reason: "" });
    });
    expect(seen).toEqual(ids(all));
  });
});

describe("A cursor", () => {
  const forged = [
    "garbage",
    Buffer.from("[").toString("base64url"),
    encodeCursor([]),
    encodeCursor(["next", "x"]),
    encodeCursor(["sideways", "", "key_01h455vb4pex5vsknk084sn02q"]),
    encodeCursor(["next", "", "cus_01h455vb4pex5vsknk084sn02q"]),
    encodeCursor(["next", 3, "key_01h455vb4pex5vsknk084sn02q"]),
    encodeCursor(["next", "a\u0000b", "key_01h455vb4pex5vsknk084sn02q"]),
  ];

  test.each(KEY_SORTS)("that is none of this list is a wrong field (%s)", async (sort) => {
    for (const cursor of forged) {
      await expect(list(fixture, { sort, cursor })).rejects.toEqual(refusal("validation_failed", "cursor"));
    }
  });

  test("of another sort, or forged with any text, gives a page or a refusal, never a fault", async () => {
    const values = fc.oneof(
      fc.string({ unit: "binary", maxLength: 30 }),
      fc.constantFrom(
        "1",
        "key 1",
        "2026",
        "infinity",
        "-infinity",
        "+275760-09-13T00:00:00.000Z",
        "Mon Jan 1",
        "now",
        "epoch",
      ),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    );
    const direction = fc.constantFrom("next", "previous");
    const id = fc.oneof(fc.string({ maxLength: 30 }), fc.constant("01h455vb4pex5vsknk084sn02q"));
    await fc.assert(
      fc.asyncProperty(sorts, direction, values, id, async (sort, way, value, suffix) => {
        const cursor = encodeCursor([way, value, `key_${suffix}`]);
        await list(fixture, { ...sort, cursor }).catch((error: unknown) => {
          expect(error).toEqual(refusal("validation_failed", "cursor"));
        });
      }),
      { numRuns: 300 },
    );
  });
});
