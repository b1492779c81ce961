import { sqlOf } from "@test/server/services/support";
import { createFixture, type Fixture } from "@test/support/fixture";
import { type MailServer, startMailServer } from "@test/support/mail-server";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import { withDefaultDeliveries } from "@/contracts/notices";
import type { EnvironmentRoles, Role } from "@/contracts/roles";
import { newId } from "@/server/core/ids";
import type { AdminPrincipal } from "@/server/core/principal";
import { withTransaction } from "@/server/database/session";
import { changeRole, changeTimeZone, createAdmin, deactivateAdmin } from "@/server/services/admins";
import type { ServiceContext } from "@/server/services/context";
import { checkFindings } from "@/server/services/findings";
import { createKey, deleteKey, revokeKey, updateKey } from "@/server/services/keys";
import { sendDueMails } from "@/server/services/mails";
import {
  changeNoticePreferences,
  countUnreadNotices,
  findDueNotices,
  listNotices,
  markNoticesRead,
  notify,
  purgeNotices,
  readNoticePreferences,
  sendSummaries,
} from "@/server/services/notices";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const NEVER = new AbortController().signal;

let server: MailServer;
let fixture: Fixture;
let worker: ServiceContext;

beforeEach(async () => {
  server = await startMailServer();
  const settings = { MAIL_FROM: "keys@acme.example", NEXTAUTH_URL: "https://keys.acme.example" };
  fixture = await createFixture({ SMTP_URL: server.url, ...settings });
  worker = fixture.context({ kind: "system", name: "jobs" });
});
afterEach(async () => {
  await server.close();
  await fixture.close();
});

async function person(
  name: string,
  role: Role = "admin",
  environmentRoles: EnvironmentRoles | null = null,
): Promise<AdminPrincipal> {
  const email = `${name}@acme.example`;
  const password = "correct horse battery";
  const admin = await createAdmin(fixture.context(), { email, name, role, environmentRoles, password });
  return { kind: "admin", ...admin };
}

const inDays = (days: number) => new Date(fixture.clock.now().getTime() + days * DAY_MS).toISOString();

/** A key of somebody's own, or of nobody in the team, that ends in so many days. */
async function keyOf(owner: AdminPrincipal | null, days: number | null, name = "Deploy") {
  const { key } = await createKey(fixture.context(owner ?? undefined), {
    name,
    environment: "staging",
    permissions: ["customers:read"],
    rateLimits: { minute: 60 },
    expiresAt: days === null ? null : inDays(days),
  });
  return key;
}

async function removeKey(id: Id<"key">, name: string): Promise<void> {
  await revokeKey(fixture.context(), { id, reason: "" });
  await deleteKey(fixture.context(), { id, name });
}

const look = () => findDueNotices(worker, NEVER);
const titles = async (of: AdminPrincipal) =>
  (await listNotices(fixture.context(of), {})).data.map(({ title }) => title).reverse();
const mailed = async () => {
  await sendDueMails(worker, NEVER);
  return server.mails.splice(0).map(({ recipient, subject }) => `${recipient}: ${subject}`);
};

describe("A key that expires", () => {
  test("is told of 30, 14, 7 days and a day before and once it has, each once, to its owner, by mail and in the console", async () => {
    const [ada, eve] = [await person("ada"), await person("eve")];
    await keyOf(ada, 40);
    // The days before, on and after each of them.
    let today = 0;
    const mails: string[] = [];
    for (const day of [9, 10, 11, 25, 26, 27, 32, 33, 34, 38, 39, 40, 41]) {
      fixture.clock.advance((day - today) * DAY);
      today = day;
      await Promise.all([look(), look()]);
      mails.push(...(await mailed()));
    }
    const told = [
      "Deploy expires in 30 days",
      "Deploy expires in 14 days",
      "Deploy expires in 7 days",
      "Deploy expires within a day",
      "Deploy has expired",
    ];
    expect(await titles(ada)).toEqual(told);
    expect(await titles(eve)).toEqual([]);
    expect(mails).toEqual(told.map((title) => `ada@acme.example: ${title}`));
  });

  test("that was made for five days is told of a day before alone", async () => {
    const ada = await person("ada");
    await keyOf(ada, 5);
    for (let day = 0; day < 5; day += 1) {
      await look();
      fixture.clock.advance(DAY);
    }
    expect(await titles(ada)).toEqual(["Deploy expires within a day"]);
  });

  test("later or earlier is told of anew, by the date that it has then", async () => {
    const ada = await person("ada");
    const { id } = await keyOf(ada, 40);
    fixture.clock.advance(34 * DAY);
    await look();
    await updateKey(fixture.context(ada), { id, expiresAt: inDays(90) });
    await look();
    fixture.clock.advance(83 * DAY);
    await look();
    expect(await titles(ada)).toEqual(["Deploy expires in 6 days", "Deploy expires in 7 days"]);
  });

  test("is told of once where Keyward was down over several of the days, and not at all where it is revoked or deleted", async () => {
    const ada = await person("ada");
    await keyOf(ada, 40);
    const revoked = await keyOf(ada, 40, "Revoked");
    const deleted = await keyOf(ada, 40, "Deleted");
    await revokeKey(fixture.context(ada), { id: revoked.id, reason: "" });
    await removeKey(deleted.id, "Deleted");
    fixture.clock.advance(37 * DAY);
    await look();
    expect(await titles(ada)).toEqual(["Deploy expires in 3 days"]);
  });

  test("of a contact outside is told to them by mail, once, without a link, and to those who manage keys there", async () => {
    const ada = await person("ada");
    await person("vic", "viewer");
    await createKey(fixture.context(), {
      name: "Shop",
      environment: "staging",
      permissions: ["customers:read"],
      rateLimits: { minute: 60 },
      expiresAt: inDays(31),
      owner: "shop@partner.example",
    });
    fixture.clock.advance(2 * DAY);
    await look();
    await look();
    await sendDueMails(worker, NEVER);
    expect(server.mails.map(({ recipient }) => recipient).sort()).toEqual([
      "ada@acme.example",
      "shop@partner.example",
    ]);
    const toContact = server.mails.find(({ recipient }) => recipient.startsWith("shop"));
    expect(toContact?.html).not.toContain("<a ");
    expect(await titles(ada)).toEqual(["Shop expires in 29 days"]);
  });
});

describe("A notice", () => {
  test("about a key of nobody in the team goes to all who may manage keys there, and to nobody without a role there", async () => {
    const manager = await person("manager", "viewer", { staging: "admin" });
    const elsewhere = await person("elsewhere", "viewer", { production: "admin" });
    const operator = await person("operator", "operator");
    await keyOf(null, 31);
    fixture.clock.advance(2 * DAY);
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
    await deactivateAdmin(fixture.context(owner), { id: gone.id });
    fixture.clock.advance(2 * DAY);
    await look();
    expect(await titles(gone)).toEqual([]);
    expect(await titles(ada)).toEqual(["Deploy expires in 29 days"]);
    const environmentRoles = { production: "admin" } as const;
    await changeRole(fixture.context(owner), { id: ada.id, role: "viewer", environmentRoles });
    const restricted: AdminPrincipal = { ...ada, role: "viewer", environmentRoles };
    expect(await titles(restricted)).toEqual([]);
    expect(await countUnreadNotices(fixture.context(restricted))).toEqual({ unread: 0 });
  });

  test("is marked as read by its person alone, one by one or all at once", async () => {
    const [ada, eve] = [await person("ada"), await person("eve")];
    await keyOf(ada, 31, "One");
    await keyOf(ada, 31, "Two");
    fixture.clock.advance(2 * DAY);
    await look();
    const [notice] = (await listNotices(fixture.context(ada), {})).data;
    const ids = [notice?.id as Id<"ntc">];
    expect(await markNoticesRead(fixture.context(eve), { ids })).toEqual({ read: 0 });
    expect(await markNoticesRead(fixture.context(ada), { ids })).toEqual({ read: 1 });
    expect(await countUnreadNotices(fixture.context(ada))).toEqual({ unread: 1 });
    expect((await listNotices(fixture.context(ada), { unread: true })).data).toHaveLength(1);
    expect(await markNoticesRead(fixture.context(ada), {})).toEqual({ read: 1 });
    expect(await countUnreadNotices(fixture.context(ada))).toEqual({ unread: 0 });
  });

  test("and its mail are there exactly if the change is that it tells of", async () => {
    const ada = await person("ada");
    const told = (fails: boolean) =>
      withTransaction(worker, async (ctx) => {
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
    fixture.clock.advance(30.5 * DAY);
    await look();
    fixture.clock.advance(DAY / 2);
    expect(await mailed()).toEqual([]);
  });

  test("leaves of the devices that somebody has signed in from the newest, however long ago that was", async () => {
    const [ada, eve] = [await person("ada"), await person("eve")];
    const sql = sqlOf(fixture);
    const seen = (id: string, device: string, days: number) =>
      sql`insert into admin_devices values (${id}, ${device}, '', ${inDays(-days)}::timestamptz)`;
    await seen(ada.id, "Firefox", 400);
    await seen(ada.id, "Chrome", 300);
    await seen(eve.id, "Chrome", 300);
    await seen(eve.id, "Safari", 300);
    await purgeNotices(worker);
    const left = await sql`select admin_id, device from admin_devices order by admin_id, device`;
    expect(left).toEqual([
      { admin_id: ada.id, device: "Chrome" },
      { admin_id: eve.id, device: "Safari" },
    ]);
  });

  test("is kept for half a year", async () => {
    const ada = await person("ada");
    await keyOf(ada, 31);
    fixture.clock.advance(2 * DAY);
    await look();
    fixture.clock.advance(180 * DAY + 1);
    expect(await purgeNotices(worker)).toBe(1);
    expect(await titles(ada)).toEqual([]);
  });

  test("tells of networks that are new after the first week, those of a day at once, and of findings that open", async () => {
    const ada = await person("ada");
    const { id } = await keyOf(ada, null);
    const sql = sqlOf(fixture);
    const now = () => fixture.clock.now().toISOString();
    const seen = (network: string) => sql`
      insert into key_networks (key_id, network, first_seen_at, last_seen_at, calls)
      values (${id}, ${network}, ${now()}, ${now()}, 1)`;
    await seen("192.0.2.0/24");
    fixture.clock.advance(6 * DAY);
    await seen("198.51.100.0/24");
    await look();
    expect(await titles(ada)).toEqual([]);
    fixture.clock.advance(2 * DAY);
    await seen("203.0.113.0/24");
    await seen("2001:db8:1::/48");
    await look();
    await look();
    expect(await titles(ada)).toEqual(["Deploy is used from a new network"]);
    const [{ text } = { text: "" }] = (await listNotices(fixture.context(ada), {})).data;
    expect(text).toContain("and 1 more");

    await sql`update api_keys set last_used_at = ${now()} where id = ${id}`;
    fixture.clock.advance(91 * DAY);
    await checkFindings(worker);
    await look();
    expect((await titles(ada)).at(-1)).toBe("Deploy: dormant");
  });
});

describe("The daily summary", () => {
  async function choose(who: AdminPrincipal, summaryHour: number, timeZone: string) {
    await changeTimeZone(fixture.context(who), { timeZone });
    const deliveries = withDefaultDeliveries({ key_expiring: "summary" });
    await changeNoticePreferences(fixture.context(who), { deliveries, summaryHour });
  }

  test("comes at the hour of the person's own day, once, and only where there is something", async () => {
    const ada = await person("ada");
    // 12:30 UTC is 21:30 in Tokyo.
    await choose(ada, 22, "Asia/Tokyo");
    await sendSummaries(worker, NEVER);
    await keyOf(ada, 31, "One");
    await keyOf(ada, 31, "Two");
    fixture.clock.advance(2 * DAY);
    await look();
    await sendSummaries(worker, NEVER);
    expect(await mailed()).toEqual([]);
    fixture.clock.advance(HOUR);
    await Promise.all([sendSummaries(worker, NEVER), sendSummaries(worker, NEVER)]);
    expect(await mailed()).toEqual(["ada@acme.example: 2 notices from Keyward"]);
    await keyOf(ada, 20, "Three");
    fixture.clock.advance(7 * DAY);
    await look();
    await sendSummaries(worker, NEVER);
    await sendSummaries(worker, NEVER);
    expect(await mailed()).toEqual(["ada@acme.example: Three expires in 13 days"]);
    fixture.clock.advance(DAY);
    await sendSummaries(worker, NEVER);
    expect(await mailed()).toEqual([]);
  });

  test("leaves out what was read, what is of a deleted key, and what the person may not see any more", async () => {
    const [ada, owner] = [await person("ada"), await person("owner", "owner")];
    await choose(ada, 0, "UTC");
    const read = await keyOf(ada, 31, "Read");
    const deleted = await keyOf(ada, 31, "Deleted");
    await keyOf(ada, 31, "Kept");
    fixture.clock.advance(2 * DAY);
    await look();
    const { data } = await listNotices(fixture.context(ada), {});
    const ids = data.filter(({ title }) => title.startsWith(read.name)).map(({ id }) => id);
    await markNoticesRead(fixture.context(ada), { ids });
    await removeKey(deleted.id, "Deleted");
    await sendSummaries(worker, NEVER);
    expect(await mailed()).toEqual(["ada@acme.example: Kept expires in 29 days"]);

    await keyOf(ada, 31, "Later");
    fixture.clock.advance(2 * DAY);
    await look();
    await changeRole(fixture.context(owner), {
      id: ada.id,
      role: "viewer",
      environmentRoles: { production: "admin" },
    });
    await sendSummaries(worker, NEVER);
    expect(await mailed()).toEqual([]);
  });
});

describe("What somebody has chosen", () => {
  test("holds for what is told from then on, and is on record", async () => {
    const ada = await person("ada");
    const deliveries = withDefaultDeliveries({ key_expiring: "off", key_expired: "console" });
    await changeNoticePreferences(fixture.context(ada), {
      deliveries,
      summaryHour: 9,
    });
    expect(await readNoticePreferences(fixture.context(ada))).toEqual({
      preferences: { deliveries, summaryHour: 9 },
      hasMail: true,
    });
    await keyOf(ada, 3);
    for (let day = 0; day < 4; day += 1) {
      await look();
      fixture.clock.advance(DAY);
    }
    expect([await titles(ada), await mailed()]).toEqual([["Deploy has expired"], []]);
    const [event] = await sqlOf(
      fixture,
    )`select before, after from audit_events where action = 'admin.change_notices'`;
    expect(event).toEqual({
      before: { notices: { key_expiring: "now", key_expired: "now", summaryHour: 8 } },
      after: {
        notices: { key_expiring: "off", key_expired: "console", summaryHour: 9 },
      },
    });
  });

  test("is changed by nobody who holds a session and not what it was begun with", async () => {
    const ada = await person("ada");
    const sessionId = newId("ses");
    const stolen = fixture.context({
      ...ada,
      sessionId,
      confirmation: { isFresh: false, ways: ["password"] },
    });
    const input = { deliveries: withDefaultDeliveries({ new_network: "off" }), summaryHour: 8 };
    await expect(changeNoticePreferences(stolen, input)).rejects.toMatchObject({
      code: "confirmation_required",
    });
  });

  test("cannot be to get no mail of sign-ins, nor at an hour that there is not", async () => {
    const ada = await person("ada");
    const change = (input: object) =>
      changeNoticePreferences(fixture.context(ada), {
        deliveries: withDefaultDeliveries({}),
        summaryHour: 8,
        ...input,
      });
    for (const delivery of ["off", "console"] as const) {
      const deliveries = { ...withDefaultDeliveries({}), new_device: delivery };
      await expect(change({ deliveries })).rejects.toMatchObject({ code: "validation_failed" });
    }
    // Chosen before it could not be chosen any more.
    expect(withDefaultDeliveries({ new_device: "console" }).new_device).toBe("now");
    await expect(change({ summaryHour: 24 })).rejects.toMatchObject({ code: "validation_failed" });
  });
});
