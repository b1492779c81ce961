import { suiteFixture } from "@test/support/suite";
import { eq, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { shownInstant } from "@/server/database/instants";
import { customers } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";

const fixture = suiteFixture();

describe("An instant is shown in UTC with its three digits of milliseconds", () => {
  test.each([
    ["2026-11-30T09:39:43.123Z", "UTC"],
    ["2026-11-30T09:39:43.120Z", "UTC"],
    ["2026-11-30T09:39:43.100Z", "UTC"],
    ["2026-11-30T09:39:43.000Z", "UTC"],
    ["2026-11-30T23:59:59.999Z", "UTC"],
    // Where somebody gives sessions a zone of their own.
    ["2026-11-30T09:39:43.123Z", "Asia/Tokyo"],
    ["2026-11-30T09:39:43.123Z", "Asia/Kathmandu"],
    ["2026-06-30T09:39:43.123Z", "Europe/London"],
  ])("%s, in a session of %s", async (instant, zone) => {
    const { id } = await fixture.customer();
    const row = await withTransaction(fixture.context(), async ({ tx }) => {
      await tx.execute(sql`select set_config('TimeZone', ${zone}, true)`);
      await tx
        .update(customers)
        .set({ createdAt: new Date(instant) })
        .where(eq(customers.id, id));
      const [row] = await tx
        .select({ shown: shownInstant(customers.createdAt), date: customers.createdAt })
        .from(customers)
        .where(eq(customers.id, id));
      return row;
    });
    expect(row).toEqual({ shown: instant, date: new Date(instant) });
  });
});
