import { call, inProcess } from "@test/support/calls";
import { adminOf } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import { type ExpiryFilter, KEY_STATUSES, type KeyStatus, OVERLAPS } from "@/contracts/keys";
import { LICENSE_STATUSES, type LicenseStatus } from "@/contracts/licenses";
import { listKeysSchema } from "@/contracts/schemas/keys";
import { sendTelemetrySchema } from "@/contracts/schemas/telemetry";
import { parse } from "@/server/core/validation";
import { principalOfJob } from "@/server/jobs/principal";
import { loadFacts } from "@/server/services/findings/internal/facts";
import {
  countActiveKeys,
  getKey,
  identifyKey,
  listKeys,
  regenerateKey,
  revokeKey,
} from "@/server/services/keys";
import { createLicense, getLicense, listLicenses, validateLicense } from "@/server/services/licenses";
import { ingestTelemetry } from "@/server/services/telemetry";
import { getKeySecrets } from "@/server/services/usage";

const fixture = suiteFixture();

/** A millisecond on either side of an end, and the end itself, which is the first instant at which nothing works. */
const SIDES = [
  { side: "a millisecond before", ms: -1, over: false },
  { side: "at the very instant", ms: 0, over: true },
  { side: "a millisecond after", ms: 1, over: true },
];

/** Whatever is asked within is asked at that instant. */
async function at<Answer>(instant: number, ask: () => Promise<Answer>): Promise<Answer> {
  const seconds = (instant - fixture.clock.now().getTime()) / 1_000;
  fixture.clock.advance(seconds);
  expect(fixture.clock.now().getTime()).toBe(instant);
  const answer = await ask();
  fixture.clock.advance(-seconds);
  return answer;
}

const inDays = (days: number) => fixture.clock.now().getTime() + days * DAY_MS;
const listed = async (filter: object) =>
  (await listKeys(fixture.context(), parse(listKeysSchema, { limit: 100, ...filter }))).data.map(
    ({ id }) => id,
  );

/** How a key stands by each place that decides it. */
async function standingOf({ id, secret }: { id: Id<"key">; secret: string }) {
  const job = {
    actorKind: "key",
    actorId: id,
    environment: "development",
    keyId: id,
    customers: null,
  } as const;
  const inFilters: KeyStatus[] = [];
  for (const status of KEY_STATUSES) {
    if ((await listed({ statuses: [status] })).includes(id)) inFilters.push(status);
  }
  return {
    status: (await getKey(fixture.context(), { id })).status,
    inFilters,
    isPast: (await listed({ expiry: "past" })).includes(id),
    call: (await call(inProcess(fixture), "GET", "/development/key", { key: secret })).status,
    job: await principalOfJob(fixture.context(), job).then(
      () => "works",
      ({ code }) => code,
    ),
    facts: (await loadFacts(fixture.runtime.databases.owner, { ids: [id] }, fixture.clock.now())).length,
    active: (await countActiveKeys(fixture.context(), { environment: "development" })).active,
  };
}

describe.each(SIDES)("$side of its end,", ({ ms, over }) => {
  test("a key is active or expired for everybody alike: calls, jobs, lists, counts and what findings rest on", async () => {
    const end = inDays(1);
    const expiresAt = new Date(end).toISOString();
    // The one key there that is not revoked.
    const { key, secret } = await fixture.key({ environment: "development", expiresAt });
    const standing = await at(end + ms, () => standingOf({ id: key.id, secret }));
    expect(standing).toEqual({
      status: over ? "expired" : "active",
      inFilters: [over ? "expired" : "active"],
      isPast: over,
      call: over ? 401 : 200,
      job: over ? "key_expired" : "works",
      facts: over ? 0 : 1,
      active: over ? 0 : 1,
    });
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    expect(await at(end + ms, () => standingOf({ id: key.id, secret }))).toEqual({
      status: "inactive",
      inFilters: ["inactive"],
      isPast: over,
      call: 401,
      job: "key_revoked",
      facts: 0,
      active: 0,
    });
  });

  test.each([
    ["within14Days", 14],
    ["within90Days", 90],
  ] satisfies [ExpiryFilter, number][])("the filter %s has a key or has it not", async (filter, days) => {
    const end = inDays(days + 1);
    const { key } = await fixture.key({ expiresAt: new Date(end).toISOString() });
    const shown = (instant: number) =>
      at(instant, async () => (await listed({ expiry: filter })).includes(key.id));
    expect(await shown(end + ms)).toBe(!over);
    // Its other bound: so many days ahead, and that instant is in it.
    expect(await shown(end - days * DAY_MS + ms)).toBe(ms >= 0);
  });

  test("a licence is usable or expired for everybody alike: itself, lists, validation and telemetry", async () => {
    const end = inDays(1);
    const ctx = fixture.context();
    const license = await createLicense(ctx, {
      environment: "staging",
      product: "Editor",
      customerId: (await fixture.customer()).id,
      expiresAt: new Date(end).toISOString(),
    });

    const standing = await at(end + ms, async () => {
      const inFilters: LicenseStatus[] = [];
      for (const status of LICENSE_STATUSES) {
        const page = await listLicenses(ctx, { environment: "staging", statuses: [status], limit: 100 });
        if (page.data.some(({ id }) => id === license.id)) inFilters.push(status);
      }
      const events = parse(sendTelemetrySchema, { events: [{ type: "start", licenseKey: license.key }] });
      return {
        status: (await getLicense(ctx, { id: license.id })).status,
        inFilters,
        validation: (await validateLicense(ctx, { environment: "staging", key: license.key })).code,
        flagged: (await ingestTelemetry(ctx, { environment: "staging", ...events })).flagged,
      };
    });
    expect(standing).toEqual({
      status: over ? "expired" : "active",
      inFilters: [over ? "expired" : "active"],
      validation: over ? "expired" : "valid",
      flagged: over ? 1 : 0,
    });
  });

  // As the console offers them; in numbers of their own, or a slip in the table would move the test along.
  test.each([
    ["now", 0],
    ["15m", 900],
    ["1h", 3_600],
    ["24h", 86_400],
  ] as const)("an overlap of %s works or is over for everybody alike", async (overlap, seconds) => {
    const { key, secret } = await fixture.key();
    const end = fixture.clock.now().getTime() + seconds * 1_000;
    await regenerateKey(fixture.context(), { id: key.id, overlap });
    const works = seconds > 0 && !over;
    const standing = await at(end + ms, async () => ({
      call: (await call(inProcess(fixture), "GET", "/staging/key", { key: secret })).status,
      until: (await getKey(fixture.context(), { id: key.id })).overlapUntil,
      secrets: (await getKeySecrets(fixture.context(), { id: key.id })).previous?.overlapUntil ?? null,
      found: (await identifyKey(fixture.context(adminOf("viewer")), { key: secret })).found,
    }));
    const until = works ? new Date(end).toISOString() : null;
    expect(standing).toEqual({
      call: works ? 200 : 401,
      until,
      secrets: until,
      found: works ? "previous" : "replaced",
    });
  });
});

test("Every overlap that is offered is tried above", () => {
  expect(Object.keys(OVERLAPS)).toEqual(["now", "15m", "1h", "24h"]);
});
