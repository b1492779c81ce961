import { keyWithRow, start, work } from "@test/server/jobs/support";
import { newEmail } from "@test/support/fixture";
import { addRequest } from "@test/support/requests";
import { suiteFixture } from "@test/support/suite";
import { countCalls } from "@test/support/usage";
import { beforeAll, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "@/contracts/durations";
import type { NoticeView } from "@/contracts/notices";
import type { AdminPrincipal } from "@/server/core/principal";
import { acceptInvitation, createAdmin, inviteAdmin, signIn } from "@/server/services/admins";
import { revokeKey } from "@/server/services/keys";
import { findDueNotices, listNotices, markNoticesRead } from "@/server/services/notices";

const fixture = suiteFixture();
const PASSWORD = "correct horse battery";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const SAFARI =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15";

let ada: AdminPrincipal;
beforeAll(async () => {
  const admin = await createAdmin(fixture.context(), {
    email: "ada@acme.example",
    password: PASSWORD,
    role: "owner",
    name: "Ada",
  });
  ada = { kind: "admin", ...admin };
});

/** What was told since the last time, oldest first. */
async function news(): Promise<NoticeView[]> {
  const { data } = await listNotices(fixture.context(ada), { unread: true });
  await markNoticesRead(fixture.context(ada), {});
  return data.reverse();
}

test("A sign-in with another browser, or from another network, is told of; the first one of all and the known ones are not", async () => {
  const from = async (ip: string | null, userAgent: string | null) => {
    await signIn(
      { ...fixture.context({ kind: "system", name: "sign-in" }), ip, userAgent },
      {
        email: ada.email,
        password: PASSWORD,
      },
    );
    fixture.clock.advance(600);
    return (await news()).map(({ title, text }) => `${title}: ${text}`);
  };
  expect(await from("203.0.113.7", FIREFOX)).toEqual([]);
  expect(await from("203.0.113.200", FIREFOX)).toEqual([]);
  expect(await from("198.51.100.1", FIREFOX)).toEqual([expect.stringContaining("198.51.100.1")]);
  expect(await from("203.0.113.7", SAFARI)).toEqual([
    expect.stringContaining("New sign-in with Safari on macOS"),
  ]);
  expect(await from("203.0.113.7", SAFARI)).toEqual([]);
  expect(await from("203.0.113.7", "<img src=x>\r\nBcc: eve@evil.example")).toEqual([
    expect.stringContaining("New sign-in with "),
  ]);
});

test("An accepted invitation is told of to whoever has invited", async () => {
  const email = newEmail();
  const { token } = await inviteAdmin(fixture.context(ada), { email, role: "viewer" });
  await acceptInvitation(fixture.context(), { token, name: "Grace", password: PASSWORD });
  expect(await news()).toEqual([
    expect.objectContaining({
      title: `${email} has accepted the invitation`,
      action: { label: "Open the team", path: "/team" },
    }),
  ]);
});

test("A job that fails is told of to whoever answers for the key that started it, with the way to the job", async () => {
  const key = await keyWithRow(fixture);
  const { id } = await start(fixture, key, { type: "licenses.export", input: { filter: {} } });
  await revokeKey(fixture.context(ada), { id: key.id, reason: "" });
  expect(await work(fixture, id)).toMatchObject({ status: "failed" });
  expect(await news()).toEqual([
    expect.objectContaining({
      title: "A job has failed: Export licences",
      text: "In staging: The API key that started this job was revoked.",
      environment: "staging",
      action: { label: "Open the job", path: `/jobs/${id}` },
    }),
  ]);
});

test("A key whose calls are refused in each five minutes of an hour is told of once a day, and one with a gap is not", async () => {
  const look = () =>
    findDueNotices(fixture.context({ kind: "system", name: "jobs" }), new AbortController().signal);
  const hour = new Date(Math.floor(fixture.clock.now().getTime() / HOUR_MS) * HOUR_MS);
  for (const [name, slots] of [
    ["Whole", 12],
    ["Gap", 11],
  ] as const) {
    const { key } = await fixture.key({ name });
    await countCalls(fixture, [{ key, calls: 40, at: hour, status: 429, code: "rate_limited" }]);
    for (let slot = 0; slot < slots; slot += 1) {
      const at = new Date(hour.getTime() + (slot * 5 + 4) * MINUTE_MS);
      await addRequest(fixture, { keyId: key.id, at, code: "rate_limited" });
    }
  }
  await look();
  expect(await news()).toEqual([]);
  fixture.clock.advance(3_600);
  await look();
  await look();
  expect(await news()).toEqual([
    expect.objectContaining({ title: "Whole is over its limit", text: expect.stringMatching(/^40 calls/) }),
  ]);
});
