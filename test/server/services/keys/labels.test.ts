import { readFileSync } from "node:fs";
import { newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { createKeySchema, updateKeySchema } from "@/contracts/schemas/keys";
import { cleaned } from "@/contracts/text";
import type { AdminPrincipal } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { createAdmin, deactivateAdmin, removeAdmin } from "@/server/services/admins";
import type { ServiceContext } from "@/server/services/context";
import { createKey, getKey, listKeyLabels, updateKey } from "@/server/services/keys";
import { auditOf, sqlOf } from "../support";
import { list } from "./list.support";

const fixture = suiteFixture();

/** Somebody of the team who may make keys. */
async function person(name = ""): Promise<AdminPrincipal> {
  const input = { email: newEmail(), password: "correct horse battery", role: "admin", name } as const;
  return { kind: "admin", ...(await createAdmin(fixture.context(), input)) };
}

const plain = { name: "Nightly sync", environment: "staging", permissions: ["jobs:read"] } as const;

async function named(owner: string, search: Record<string, unknown> = {}) {
  return (await list(fixture, { owner, ...search })).data.map(({ id }) => id);
}

describe("The owner of a key", () => {
  test("is who makes it, unless another is named; the command line is nobody", async () => {
    const ada = await person("Ada");
    const { key } = await createKey(fixture.context(ada), parse(createKeySchema, plain));
    expect(key.owner).toEqual({ id: ada.id, email: ada.email, name: "Ada", hasLeft: false });
    const input = parse(createKeySchema, { ...plain, owner: null });
    expect((await createKey(fixture.context(ada), input)).key.owner).toBeNull();
    expect((await fixture.key()).key.owner).toBeNull();
  });

  test("is a person of the team by any spelling of their address, else a contact outside", async () => {
    const ada = await person();
    const { key } = await fixture.key({ owner: ada.email.toUpperCase() });
    expect(key.owner).toMatchObject({ id: ada.id, email: ada.email });
    const after = await updateKey(fixture.context(), { id: key.id, owner: "ops@vendor.example" });
    expect(after.owner).toEqual({ id: null, email: "ops@vendor.example", name: "", hasLeft: false });
  });

  test("who is deactivated or removed stays on the key as somebody who has left, and gets no other", async () => {
    const [ada, bob] = [await person("Ada"), await person()];
    const hers = (await fixture.key({ owner: ada.email })).key;
    const his = (await fixture.key({ owner: bob.email })).key;
    await deactivateAdmin(fixture.context(), { id: ada.id });
    await removeAdmin(fixture.context(), { id: bob.id });
    const get = async (id: typeof hers.id) => (await getKey(fixture.context(), { id })).owner;
    expect(await get(hers.id)).toEqual({ id: ada.id, email: ada.email, name: "Ada", hasLeft: true });
    expect(await get(his.id)).toEqual({ id: bob.id, email: bob.email, name: "", hasLeft: true });
    expect(await named("left")).toEqual([his.id, hers.id]);
    expect(await named(bob.email)).toEqual([his.id]);
    await expect(fixture.key({ owner: ada.email })).rejects.toMatchObject({
      code: "validation_failed",
      extensions: { errors: [{ path: "owner" }] },
    });
    // Whoever comes under the address of somebody who was removed is somebody else.
    const input = { email: bob.email, password: "correct horse battery", role: "admin", name: "" } as const;
    const next = await createAdmin(fixture.context(), input);
    expect((await get(his.id))?.hasLeft).toBe(true);
    expect((await updateKey(fixture.context(), { id: his.id, owner: bob.email })).owner?.id).toBe(next.id);
  });

  test("is told by the address that a person has now", async () => {
    const ada = await person();
    const { key } = await fixture.key({ owner: ada.email });
    const email = cleaned(newEmail());
    await sqlOf(fixture)`update admins set email = ${email} where id = ${ada.id}`;
    expect((await getKey(fixture.context(), { id: key.id })).owner?.email).toBe(email);
    expect(await named(email)).toEqual([key.id]);
    expect(await named(ada.email)).toEqual([]);
  });

  test("of a key from before there were owners is who made it", async () => {
    const [ada, bob] = [await person(), await person()];
    const keys = [];
    for (let made = 0; made < 2; made += 1) keys.push((await fixture.key({ owner: null })).key);
    const [first, second] = keys.map(({ id }) => id);
    const sql = sqlOf(fixture);
    await sql`update api_keys set created_by = ${ada.email.toUpperCase()} where id = ${first ?? ""}`;
    await sql`update api_keys set created_by = ${bob.email}, owner_email = 'ops@vendor.example' where id = ${second ?? ""}`;
    const [backfill = ""] = readFileSync("drizzle/0041_find_keys_by_owner_and_tag.sql", "utf8").split(
      "--> statement-breakpoint",
    );
    await sql.unsafe(backfill);
    expect(await named(ada.email)).toEqual([first]);
    expect(await named("ops@vendor.example")).toContain(second);
  });

  test("stands in the audit, before and after; the same again is no change", async () => {
    const { key } = await fixture.key({ owner: "ops@vendor.example" });
    const rows = await auditOf(fixture, async () => {
      await updateKey(fixture.context(), { id: key.id, owner: "OPS@vendor.example" });
      await updateKey(fixture.context(), { id: key.id, owner: null, tags: ["web"] });
    });
    expect(rows).toMatchObject([
      {
        action: "key.update",
        before: { owner: "ops@vendor.example", tags: [] },
        after: { owner: null, tags: ["web"] },
      },
    ]);
  });
});

describe("The tags of a key", () => {
  test("are kept in one form, each once, in one order", async () => {
    const { key } = await fixture.key({ tags: ["Web Shop", "web-shop", "ÄRA", "a:1"] });
    expect(key.tags).toEqual(["a:1", "web-shop", "ära"]);
  });

  test.each([
    [["a,b"], "tags.0"],
    [[""], "tags.0"],
    [["-x"], "tags.0"],
    [["x".repeat(31)], "tags.0"],
    [Array.from({ length: 11 }, (_, index) => `t${index}`), "tags"],
  ])("are refused as %j", (tags, path) => {
    const read = updateKeySchema.safeParse({ id: "key_01h455vb4pex5vsknk084sn02q", tags });
    expect(read.error?.issues.map((issue) => issue.path.join("."))).toContain(path);
  });
});

describe("Keys", () => {
  test("are found by owner, tag, description and creator, and by the name of a person", async () => {
    const grace = await person("Grace Hopper");
    const { key } = await createKey(
      fixture.context(grace),
      parse(createKeySchema, { ...plain, description: "Moves the ledger", tags: ["batch"] }),
    );
    const other = (await fixture.key({ owner: "ops@elsewhere.example", tags: ["batch", "web"] })).key;
    const found = async (search: string) => (await list(fixture, { search })).data.map(({ id }) => id);
    for (const search of ["ledger", "hopper", grace.email, "LEDGER"]) {
      expect(await found(search), search).toEqual([key.id]);
    }
    expect(await found("elsewhere")).toEqual([other.id]);
    expect(await found("batch")).toEqual([other.id, key.id]);
    const tagged = (await list(fixture, { tag: "Batch", owner: grace.email })).data;
    expect(tagged.map(({ id }) => id)).toEqual([key.id]);
    expect(await named("ops@elsewhere.example")).toEqual([other.id]);
    const unowned = (await fixture.key()).key;
    expect(await named("none")).toContain(unowned.id);
    expect(await named("none")).not.toContain(other.id);
  });

  test("can be labelled with each contact and tag once, wherever it is used, and not with a person's address", async () => {
    const [ada, bob] = [await person(), await person()];
    for (const environment of ["production", "staging", "development"] as const) {
      await fixture.key({ environment, owner: "twice@vendor.example", tags: ["second-of-two", "twice"] });
      await fixture.key({ environment, owner: bob.email, tags: ["twice"] });
    }
    await removeAdmin(fixture.context(), { id: bob.id });
    const { contacts, tags } = await listKeyLabels(fixture.context(ada));
    expect(contacts.filter((email) => email === "twice@vendor.example")).toHaveLength(1);
    expect(contacts).not.toContain(bob.email);
    expect(tags.filter((tag) => tag === "twice")).toHaveLength(1);
    expect(tags).toContain("second-of-two");
    expect(contacts).toEqual([...contacts].sort());
    expect(tags).toEqual([...tags].sort());
  });

  test("are not read for what they can be labelled with: indexes alone, from value to value", async () => {
    const sql = sqlOf(fixture);
    const plain = await fixture.key({ owner: "one@vendor.example", tags: ["one"] });
    await sql`
      insert into api_keys (id, name, environment, digest, masked_key, permissions, rate_limits, tags, owner_email, created_by, created_at, updated_at)
      select 'key_' || lpad(n::text, 26, '0'), 'many', 'staging', sha256(n::text::bytea), 'kw_stag_x', '{}', '{}',
        array['tag-' || n % 7], 'owner' || n % 5 || '@vendor.example', 'test', now(), now()
      from generate_series(1, 5000) as n`;
    await sql`analyze api_keys`;
    const databases = fixture.runtime.databases;
    const rowsRead = await databases.owner.transaction(async (tx) => {
      // Holds what earlier transactions of the connection have read as well, until Postgres hands it on.
      const read = async () => {
        const [row] = await tx.execute<{ read: number }>(
          "select (seq_tup_read + idx_tup_fetch)::int as read from pg_stat_xact_user_tables where relname = 'api_keys'",
        );
        return row?.read ?? Number.NaN;
      };
      const before = await read();
      await listKeyLabels({ ...fixture.context(), tx });
      return (await read()) - before;
    });
    expect(rowsRead).toBeLessThan(200);
    await sql`delete from api_keys where name = 'many' or id = ${plain.key.id}`;
  });

  test("can be labelled with the people who can sign in, and what is in use where one has a role", async () => {
    const [here, gone] = [await person(), await person()];
    await deactivateAdmin(fixture.context(), { id: gone.id });
    await fixture.key({ environment: "production", owner: "only@production.example", tags: ["only-there"] });
    await fixture.key({ environment: "staging", owner: "in@staging.example", tags: ["in-staging"] });
    const all = await listKeyLabels(fixture.context());
    const emails = all.people.map(({ email }) => email);
    expect(emails).toContain(here.email);
    expect(emails).not.toContain(gone.email);
    expect(all.contacts).toContain("only@production.example");
    const viewer = { ...here, role: "viewer", environmentRoles: { staging: "viewer" } } as const;
    const some = await listKeyLabels(fixture.context(viewer));
    expect(some.contacts).toContain("in@staging.example");
    expect(some.contacts).not.toContain("only@production.example");
    expect(some.tags).toContain("in-staging");
    expect(some.tags).not.toContain("only-there");
    // Of the team those who answer for a key there, themselves, and for who may name owners whoever has a role there.
    const [owner, elsewhere] = [await person(), await person()];
    await fixture.key({ environment: "staging", owner: owner.email });
    await fixture.key({ environment: "production", owner: elsewhere.email });
    const names = async (ctx: ServiceContext) => (await listKeyLabels(ctx)).people.map(({ email }) => email);
    const seen = await names(fixture.context(viewer));
    expect(seen).toEqual(expect.arrayContaining([owner.email, here.email]));
    expect(seen).not.toContain(elsewhere.email);
    const manager = { ...viewer, environmentRoles: { staging: "admin" } } as const;
    expect(await names(fixture.context(manager))).toContain(elsewhere.email);
    const limited = await createAdmin(fixture.context(), {
      email: newEmail(),
      password: "correct horse battery",
      role: "viewer",
      name: "",
      environmentRoles: { development: "viewer" },
    });
    expect(await names(fixture.context(manager))).not.toContain(limited.email);
  });
});
