import { sqlOf } from "@test/server/services/support";
import { describe, expect, test } from "vitest";
import { withDefaultDeliveries } from "@/contracts/notices";
import { newId } from "@/server/core/ids";
import type { AdminPrincipal } from "@/server/core/principal";
import { changeRole, changeTimeZone } from "@/server/services/admins";
import {
  changeNoticePreferences,
  listNotices,
  markNoticesRead,
  readNoticePreferences,
  sendSummaries,
} from "@/server/services/notices";
import { DAY, NEVER, noticesSuite } from "./support";

const HOUR = 3_600;

const { suite, person, keyOf, removeKey, look, titles, mailed } = noticesSuite();

describe("The daily summary", () => {
  async function choose(who: AdminPrincipal, summaryHour: number, timeZone: string) {
    await changeTimeZone(suite.fixture.context(who), { timeZone });
    const deliveries = withDefaultDeliveries({ key_expiring: "summary" });
    await changeNoticePreferences(suite.fixture.context(who), { deliveries, summaryHour });
  }

  test("comes at the hour of the person's own day, once, and only where there is something", async () => {
    const ada = await person("ada");
    // 12:30 UTC is 21:30 in Tokyo.
    await choose(ada, 22, "Asia/Tokyo");
    await sendSummaries(suite.worker, NEVER);
    await keyOf(ada, 31, "One");
    await keyOf(ada, 31, "Two");
    suite.fixture.clock.advance(2 * DAY);
    await look();
    await sendSummaries(suite.worker, NEVER);
    expect(await mailed()).toEqual([]);
    suite.fixture.clock.advance(HOUR);
    await Promise.all([sendSummaries(suite.worker, NEVER), sendSummaries(suite.worker, NEVER)]);
    expect(await mailed()).toEqual(["ada@acme.example: 2 notices from Keyward"]);
    await keyOf(ada, 20, "Three");
    suite.fixture.clock.advance(7 * DAY);
    await look();
    await sendSummaries(suite.worker, NEVER);
    await sendSummaries(suite.worker, NEVER);
    expect(await mailed()).toEqual(["ada@acme.example: Three expires in 13 days"]);
    suite.fixture.clock.advance(DAY);
    await sendSummaries(suite.worker, NEVER);
    expect(await mailed()).toEqual([]);
  });

  test("leaves out what was read, what is of a deleted key, and what the person may not see any more", async () => {
    const [ada, owner] = [await person("ada"), await person("owner", "owner")];
    await choose(ada, 0, "UTC");
    const read = await keyOf(ada, 31, "Read");
    const deleted = await keyOf(ada, 31, "Deleted");
    await keyOf(ada, 31, "Kept");
    suite.fixture.clock.advance(2 * DAY);
    await look();
    const { data } = await listNotices(suite.fixture.context(ada), {});
    const ids = data.filter(({ title }) => title.startsWith(read.name)).map(({ id }) => id);
    await markNoticesRead(suite.fixture.context(ada), { ids });
    await removeKey(deleted.id, "Deleted");
    await sendSummaries(suite.worker, NEVER);
    expect(await mailed()).toEqual(["ada@acme.example: Kept expires in 29 days"]);

    await keyOf(ada, 31, "Later");
    suite.fixture.clock.advance(2 * DAY);
    await look();
    await changeRole(suite.fixture.context(owner), {
      id: ada.id,
      role: "viewer",
      environmentRoles: { production: "admin" },
    });
    await sendSummaries(suite.worker, NEVER);
    expect(await mailed()).toEqual([]);
  });
});

describe("What somebody has chosen", () => {
  test("holds for what is told from then on, and is on record", async () => {
    const ada = await person("ada");
    const deliveries = withDefaultDeliveries({ key_expiring: "off", key_expired: "console" });
    await changeNoticePreferences(suite.fixture.context(ada), {
      deliveries,
      summaryHour: 9,
    });
    expect(await readNoticePreferences(suite.fixture.context(ada))).toEqual({
      preferences: { deliveries, summaryHour: 9 },
      hasMail: true,
    });
    await keyOf(ada, 3);
    for (let day = 0; day < 4; day += 1) {
      await look();
      suite.fixture.clock.advance(DAY);
    }
    expect([await titles(ada), await mailed()]).toEqual([["Deploy has expired"], []]);
    const [event] = await sqlOf(
      suite.fixture,
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
    const stolen = suite.fixture.context({
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
      changeNoticePreferences(suite.fixture.context(ada), {
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
