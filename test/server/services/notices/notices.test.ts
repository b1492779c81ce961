import { sqlOf } from "@test/server/services/support";
import { describe, expect, test } from "vitest";
import type { Id } from "@/contracts/ids";
import type { AdminPrincipal } from "@/server/core/principal";
import { withTransaction } from "@/server/database/session";
import { changeRole, deactivateAdmin } from "@/server/services/admins";
import { checkFindings } from "@/server/services/findings";
import {
  countUnreadNotices,
  listNotices,
  markNoticesRead,
  notify,
  purgeNotices,
} from "@/server/services/notices";
import { DAY, noticesSuite } from "./support";

const { suite, person, inDays, keyOf, look, titles, mailed } = noticesSuite();

describe("A notice", () => {
  test("about a key of nobody in the team goes to all who may manage keys there, and to nobody without a role there", async () => {
    const manager = await person("manager", "viewer", { staging: "admin" });
    const elsewhere = await person("elsewhere", "viewer", { production: "admin" });
    const operator = await person("operator", "operator");
    await keyOf(null, 31);
    suite.fixture.clock.advance(2 * DAY);
    await look();
    expect([await titles(manager), await titles(elsewhere), await titles(operator)]).toEqual([
      ["Deploy expires in 29 days"],
      [],
      [],
    ]);
  });

  test("is not given to somebody deactivated, and not shown, mailed or counted once the role there is lost", async () => {
    const [ada, gone, owner] = [await person("ada"), await person("gone"), await person("owner", "owner")];
    await keyOf(gone, 31);
    await deactivateAdmin(suite.fixture.context(owner), { id: gone.id });
    suite.fixture.clock.advance(2 * DAY);
    await look();
    expect(await titles(gone)).toEqual([]);
    expect(await titles(ada)).toEqual(["Deploy expires in 29 days"]);
    const environmentRoles = { production: "admin" } as const;
    await changeRole(suite.fixture.context(owner), { id: ada.id, role: "viewer", environmentRoles });
    const restricted: AdminPrincipal = { ...ada, role: "viewer", environmentRoles };
    expect(await titles(restricted)).toEqual([]);
    expect(await countUnreadNotices(suite.fixture.context(restricted))).toEqual({ unread: 0 });
  });

  test("is marked as read by its person alone, one by one or all at once", async () => {
    const [ada, eve] = [await person("ada"), await person("eve")];
    await keyOf(ada, 31, "One");
    await keyOf(ada, 31, "Two");
    suite.fixture.clock.advance(2 * DAY);
    await look();
    const [notice] = (await listNotices(suite.fixture.context(ada), {})).data;
    const ids = [notice?.id as Id<"ntc">];
    expect(await markNoticesRead(suite.fixture.context(eve), { ids })).toEqual({ read: 0 });
    expect(await markNoticesRead(suite.fixture.context(ada), { ids })).toEqual({ read: 1 });
    expect(await countUnreadNotices(suite.fixture.context(ada))).toEqual({ unread: 1 });
    expect((await listNotices(suite.fixture.context(ada), { unread: true })).data).toHaveLength(1);
    expect(await markNoticesRead(suite.fixture.context(ada), {})).toEqual({ read: 1 });
    expect(await countUnreadNotices(suite.fixture.context(ada))).toEqual({ unread: 0 });
  });

  test("and its mail are there exactly if the change is that it tells of", async () => {
    const ada = await person("ada");
    const told = (fails: boolean) =>
      withTransaction(suite.worker, async (ctx) => {
        await notify(ctx, {
          facts: { kind: "approval_asked", name: "Deploy", environment: "staging", by: "eve@acme.example" },
          subjectId: "request",
          occasion: "asked",
          environment: "staging",
          for: { kind: "managers" },
        });
        if (fails) throw new Error("The change did not come about");
      });
    await expect(told(true)).rejects.toThrow();
    expect([await titles(ada), await mailed()]).toEqual([[], []]);
    await told(false);
    await told(false);
    expect(await titles(ada)).toEqual(["Deploy waits for approval"]);
    expect(await mailed()).toEqual(["ada@acme.example: Deploy waits for approval"]);
  });

  test("that a key will expire is not mailed any more once it has", async () => {
    await keyOf(await person("ada"), 31);
    suite.fixture.clock.advance(30.5 * DAY);
    await look();
    suite.fixture.clock.advance(DAY / 2);
    expect(await mailed()).toEqual([]);
  });

  test("leaves of the devices that somebody has signed in from the newest, however long ago that was", async () => {
    const [ada, eve] = [await person("ada"), await person("eve")];
    const sql = sqlOf(suite.fixture);
    const seen = (id: string, device: string, days: number) =>
      sql`insert into admin_devices values (${id}, ${device}, '', ${inDays(-days)}::timestamptz)`;
    await seen(ada.id, "Firefox", 400);
    await seen(ada.id, "Chrome", 300);
    await seen(eve.id, "Chrome", 300);
    await seen(eve.id, "Safari", 300);
    await purgeNotices(suite.worker);
    const left = await sql`select admin_id, device from admin_devices order by admin_id, device`;
    expect(left).toEqual([
      { admin_id: ada.id, device: "Chrome" },
      { admin_id: eve.id, device: "Safari" },
    ]);
  });

  test("is kept for half a year", async () => {
    const ada = await person("ada");
    await keyOf(ada, 31);
    suite.fixture.clock.advance(2 * DAY);
    await look();
    suite.fixture.clock.advance(180 * DAY + 1);
    expect(await purgeNotices(suite.worker)).toBe(1);
    expect(await titles(ada)).toEqual([]);
  });

  test("tells of networks that are new after the first week, those of a day at once, and of findings that open", async () => {
    const ada = await person("ada");
    const { id } = await keyOf(ada, null);
    const sql = sqlOf(suite.fixture);
    const now = () => suite.fixture.clock.now().toISOString();
    const seen = (network: string) => sql`
      insert into key_networks (key_id, network, first_seen_at, last_seen_at, calls)
      values (${id}, ${network}, ${now()}, ${now()}, 1)`;
    await seen("192.0.2.0/24");
    suite.fixture.clock.advance(6 * DAY);
    await seen("198.51.100.0/24");
    await look();
    expect(await titles(ada)).toEqual([]);
    suite.fixture.clock.advance(2 * DAY);
    await seen("203.0.113.0/24");
    await seen("2001:db8:1::/48");
    await look();
    await look();
    expect(await titles(ada)).toEqual(["Deploy is used from a new network"]);
    const [{ text } = { text: "" }] = (await listNotices(suite.fixture.context(ada), {})).data;
    expect(text).toContain("and 1 more");

    await sql`update api_keys set last_used_at = ${now()} where id = ${id}`;
    suite.fixture.clock.advance(91 * DAY);
    await checkFindings(suite.worker);
    await look();
    expect((await titles(ada)).at(-1)).toBe("Deploy: dormant");
  });
});
