// @module-tag long
import { newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import type { Id } from "@/contracts/ids";
import type { KeyView, RevealedKey } from "@/contracts/keys";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { encodeCursor } from "@/server/core/cursor";
import { newId } from "@/server/core/ids";
import { deleteKey, listManagedKeys, revokeKey } from "@/server/services/keys";
import { LOOK, type Look } from "@/server/services/keys/internal/stretch";
import { refusal, sqlOf } from "../support";

const fixture = suiteFixture();
const OWNER = newEmail();
const FEW: Look = { keys: 4, keysOfCustomers: 3 };
const LOOKS: readonly Look[] = [{ keys: 1, keysOfCustomers: 1 }, FEW, LOOK];

type Asked = Pick<Parameters<typeof listManagedKeys>[1], "status" | "search" | "customerId" | "tag">;

/** Each with the keys that it manages, newest first. */
let callers: { by: RevealedKey; manages: KeyView[] }[];
let outOfReach: string[];
/** The first two are those of the restricted caller. */
let customers: Record<"first" | "second" | "other", Id<"cus">>;

const manager = (input: Partial<CreateKeyInput>) =>
  fixture.key({ name: "Shop", permissions: ["keys:manage"], grantsKeyManagement: false, ...input });

async function contextOf({ key }: RevealedKey) {
  const [row] = await sqlOf(fixture)<{ digest: Buffer }[]>`select digest from api_keys where id = ${key.id}`;
  const principal = {
    kind: "key" as const,
    id: key.id,
    name: key.name,
    environment: key.environment,
    permissions: key.permissions,
    customers: key.customers?.map(({ id }) => id) ?? null,
    digests: row ? [row.digest] : [],
  };
  return { ...fixture.context(principal), database: "owner" as const };
}

async function pagesOf(by: RevealedKey, asked: Asked, look: Look) {
  const ctx = await contextOf(by);
  const pages = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listManagedKeys>> = await listManagedKeys(
      ctx,
      { ...asked, limit: 3, ...(cursor && { cursor }) },
      look,
    );
    expect(page.data.length).toBeLessThanOrEqual(3);
    pages.push(page);
    cursor = page.nextCursor;
  } while (cursor);
  return pages;
}

/** What the list is to do, said of what it shows. */
const fits =
  (asked: Asked) =>
  ({ name, status, tags, customers }: KeyView): boolean =>
    (!asked.status || status === asked.status) &&
    (!asked.tag || tags.includes(asked.tag.toLowerCase())) &&
    (!asked.customerId || (customers?.some(({ id }) => id === asked.customerId) ?? false)) &&
    name.toLowerCase().includes((asked.search ?? "").toLowerCase());

const ids = (keys: readonly { id: string }[]) => keys.map(({ id }) => id);

beforeAll(async () => {
  const [first, second] = [await fixture.customer(), await fixture.customer()];
  const others = await fixture.customer();
  customers = { first: first.id, second: second.id, other: others.id };
  const own = await manager({ managesKeys: "own" });
  const all = await manager({ managesKeys: "all" });
  const scope = [first.id, second.id];
  const scoped = await manager({ managesKeys: "all", customers: scope });
  const scopes = [null, [first.id], scope, [first.id, others.id], [others.id], [second.id]];
  const keys: { view: KeyView; isMade: boolean; scope: readonly string[] | null }[] = [];
  for (let n = 0; n < 36; n++) {
    const customers = scopes[n % scopes.length] ?? null;
    const tags = n % 7 < 3 ? ["trial", `group-${n % 2}`] : [];
    const { key } = await fixture.key({ name: `Acme ${n}`, customers, tags, owner: OWNER });
    const isMade = n % 4 < 3;
    if (isMade)
      await sqlOf(fixture)`update api_keys set created_by_key_id = ${own.key.id} where id = ${key.id}`;
    const ctx = fixture.context();
    if (n % 5 === 0) await revokeKey(ctx, { id: key.id });
    if (n % 10 === 0) await deleteKey(ctx, { id: key.id, name: key.name });
    else
      keys.push({ view: { ...key, status: n % 5 === 0 ? "inactive" : "active" }, isMade, scope: customers });
  }
  keys.reverse();
  const views = (some: typeof keys) => some.map(({ view }) => view);
  const within = keys.filter((key) => key.scope?.every((id) => id === first.id || id === second.id));
  outOfReach = ids(views(keys.filter((key) => !within.includes(key))));
  callers = [
    { by: own, manages: views(keys.filter(({ isMade }) => isMade)) },
    { by: all, manages: [...views(keys), scoped.key, all.key, own.key] },
    { by: scoped, manages: [...views(within), scoped.key] },
  ];
});

describe("The list of the keys that a key manages", () => {
  test.each<Asked>([
    {},
    { status: "inactive" },
    { search: "ACME 1" },
    { search: "nothing", status: "active" },
    { tag: "Trial" },
    { tag: "group-1", status: "active", search: "acme" },
    { tag: "none has it" },
  ])("has all that fit, each once, however few a call looks through (%o)", async (asked) => {
    for (const { by, manages } of callers) {
      const expected = manages.filter(fits(asked));
      for (const look of LOOKS) {
        const pages = await pagesOf(by, asked, look);
        expect(pages.flatMap(({ data }) => ids(data))).toEqual(ids(expected));
      }
    }
  });

  test.each(["first", "second", "other"] as const)(
    "has all that are restricted to a customer, alone or with others (%s)",
    async (which) => {
      const asked = { customerId: customers[which] };
      for (const { by, manages } of callers) {
        const expected = manages.filter(fits(asked));
        if (which !== "other" || by !== callers[2]?.by) expect(expected.length).toBeGreaterThan(3);
        for (const look of LOOKS) {
          const pages = await pagesOf(by, asked, look);
          expect(pages.flatMap(({ data }) => ids(data))).toEqual(ids(expected));
          const both = await pagesOf(by, { ...asked, status: "inactive", tag: "trial" }, look);
          const expectedOfBoth = expected.filter(fits({ status: "inactive", tag: "trial" }));
          expect(both.flatMap(({ data }) => ids(data))).toEqual(ids(expectedOfBoth));
        }
      }
    },
  );

  test("answers for a customer that is out of reach as for one that is not there: nothing, by the same pages", async () => {
    const elsewhere = await fixture.customer({ environment: "production" });
    for (let n = 0; n < 5; n++)
      await fixture.key({ environment: "production", customers: [elsewhere.id], tags: ["trial"] });
    for (const [index, { by }] of callers.entries()) {
      const unknown = await pagesOf(by, { customerId: newId("cus") }, FEW);
      expect(unknown.flatMap(({ data }) => data)).toEqual([]);
      const hidden = index === 2 ? [elsewhere.id, customers.other] : [elsewhere.id];
      for (const customerId of hidden) expect(await pagesOf(by, { customerId }, FEW)).toEqual(unknown);
    }
  });

  test("looks through as many keys, a bounded number a call, for words that the API does not show as for words that no key has", async () => {
    for (const { by, manages } of callers) {
      const nothing = await pagesOf(by, { search: "qqxqqz" }, FEW);
      expect(nothing.length).toBeGreaterThanOrEqual(Math.floor(manages.length / FEW.keys));
      expect(await pagesOf(by, { search: OWNER }, FEW)).toEqual(nothing);
      expect(await pagesOf(by, { tag: "qqxqqz" }, FEW)).toEqual(nothing);
    }
  });

  test("names no key in a cursor that it does not show", async () => {
    for (const look of LOOKS) {
      const pages = await pagesOf(callers[2]?.by as RevealedKey, { search: "nothing" }, look);
      const cursors = pages.flatMap(({ nextCursor }) => nextCursor ?? []);
      if (look !== LOOK) expect(cursors.length).toBeGreaterThan(3);
      for (const cursor of cursors) {
        const told = Buffer.from(cursor, "base64url").toString();
        for (const id of outOfReach) expect(told).not.toContain(id);
      }
    }
  });

  test("finds a key by its whole id in the first call, and none that is out of reach", async () => {
    const { by, manages } = callers[2] as (typeof callers)[number];
    const last = manages.at(-2)?.id ?? "";
    const found = await pagesOf(by, { search: last }, FEW);
    expect(found.map(({ data }) => ids(data))).toEqual([[last]]);
    expect((await pagesOf(by, { search: outOfReach[0] ?? "" }, FEW)).map(({ data }) => data)).toEqual([[]]);
  });

  test("takes no cursor that leads back, as it gives none", async () => {
    const { by, manages } = callers[0] as (typeof callers)[number];
    const cursor = encodeCursor(["previous", "", manages.at(-1)?.id ?? ""]);
    await expect(listManagedKeys(await contextOf(by), { limit: 3, cursor })).rejects.toEqual(
      refusal("validation_failed", "cursor"),
    );
  });
});
