import { adminOf, newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { expect, test } from "vitest";
import { AUDIT_EXPORT_FORMATS } from "@/contracts/audit";
import { ROLES } from "@/contracts/roles";
import { newId } from "@/server/core/ids";
import {
  checkAudit,
  exportAudit,
  getAuditEvent,
  getAuditIntegrity,
  listAuditActors,
  listAuditEvents,
  listAuditHeads,
  verifyAudit,
} from "@/server/services/audit";
import { createCustomer, deleteCustomer } from "@/server/services/customers";
import { updateKey } from "@/server/services/keys";
import { refusal, textsOf, withKey } from "../support";

const fixture = suiteFixture();

/** The first 20 that the filters let through, or as many as asked for. */
const list = async (filters: Partial<Parameters<typeof listAuditEvents>[1]>) =>
  (await listAuditEvents(fixture.context(), { limit: 20, ...filters })).data;

test("The audit shows who changed what, when, from where, in which request, before and after", async () => {
  const { key } = await fixture.key({ name: "Before" });
  const owner = adminOf("owner");
  const requestId = newId("req");
  await updateKey({ ...fixture.context(owner), requestId, ip: "203.0.113.7" }, { id: key.id, name: "After" });
  const [event] = await list({ subjectId: key.id });
  expect(event).toEqual({
    id: expect.stringMatching(/^aud_/),
    position: 2,
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    at: fixture.clock.now().toISOString(),
    actor: owner.email,
    actorKind: "admin",
    actorId: owner.id,
    action: "key.update",
    subjectId: key.id,
    subjectName: "After",
    environment: "staging",
    before: { name: "Before" },
    after: { name: "After" },
    requestId,
    ip: "203.0.113.7",
  });
});

test("The audit shows the latest changes, the newest first, of one subject where it is asked for", async () => {
  const { key } = await fixture.key({ name: "0" });
  for (let n = 1; n <= 22; n++) await updateKey(fixture.context(), { id: key.id, name: `${n}` });
  const other = await fixture.customer();
  const expected = Array.from({ length: 20 }, (_, n) => `${22 - n}`);
  const events = await list({ subjectId: key.id });
  expect(events.map((event) => event.subjectName)).toEqual(expected);
  const all = await list({});
  expect(all).toHaveLength(20);
  expect(all.map((event) => event.subjectId)).toEqual([other.id, ...Array(19).fill(key.id)]);
  expect(await list({ subjectId: newId("key") })).toEqual([]);
});

test("The audit outlives what it speaks of, under the name it had then", async () => {
  const customer = await fixture.customer();
  await deleteCustomer(fixture.context(), { id: customer.id });
  const events = await list({ subjectId: customer.id });
  expect(events.map((event) => [event.action, event.subjectName])).toEqual([
    ["customer.delete", customer.email],
    ["customer.create", customer.email],
  ]);
});

test("Every administrator may read the audit, and no API key", async () => {
  for (const role of ROLES) {
    const page = await listAuditEvents(fixture.context(adminOf(role)), { limit: 20 });
    expect(page.data.length).toBeGreaterThan(0);
  }
  const key = await withKey(fixture);
  const id = newId("aud");
  for (const verb of [
    () => listAuditEvents(key, { limit: 20 }),
    () => getAuditEvent(key, { id }),
    () => listAuditActors(key),
    () => exportAudit(key, { format: "csv" }),
    () => listAuditHeads(key, { days: 1 }),
    () => verifyAudit(key),
    () => checkAudit(key, { restart: true }),
    () => getAuditIntegrity(key),
  ]) {
    await expect(verb()).rejects.toEqual(refusal("permission_denied"));
  }
});

test("Pages forward and back show every change once, also while others are written", async () => {
  const { key } = await fixture.key({ name: "0" });
  for (let n = 1; n <= 8; n++) await updateKey(fixture.context(), { id: key.id, name: `${n}` });
  const page = (cursor: string | null) =>
    listAuditEvents(fixture.context(), { subjectId: key.id, limit: 4, cursor });
  const first = await page(null);
  await updateKey(fixture.context(), { id: key.id, name: "new" });
  const second = await page(first.nextCursor);
  const third = await page(second.nextCursor);
  const names = [first, second, third].map(({ data }) => data.map((event) => event.subjectName).join());
  expect(names).toEqual(["8,7,6,5", "4,3,2,1", "0"]);
  expect(third.nextCursor).toBeNull();
  expect((await page(third.previousCursor)).data).toEqual(second.data);
  for (const cursor of ["nonsense", Buffer.from('["next","","key_1"]').toString("base64url")]) {
    await expect(page(cursor)).rejects.toEqual(refusal("validation_failed", "cursor"));
  }
});

test("Each filter lets through what it names and nothing else, and together they narrow further", async () => {
  const admin = adminOf("admin");
  const requestId = newId("req");
  fixture.clock.advance(10 * 86_400);
  const ctx = { ...fixture.context(admin), requestId };
  const named = await createCustomer(ctx, { environment: "production", email: newEmail(), name: "N" });
  const today = fixture.clock.now().toISOString().slice(0, 10);
  fixture.clock.advance(86_400);
  await fixture.customer({ environment: "production" });
  const [event] = await list({ subjectId: named.id });
  expect(event).toMatchObject({ actor: admin.email, requestId });
  const narrowings: Parameters<typeof list>[0][] = [
    { actor: admin.email },
    { search: named.email.slice(3, 20).toUpperCase() },
    { search: named.id },
    { search: requestId },
    { search: event?.id ?? "" },
    { from: today, to: today },
    { environment: "production", to: today },
    { actions: ["customer.create"], environment: "production", from: today, to: today },
  ];
  for (const filters of narrowings) {
    expect(await list(filters), JSON.stringify(filters)).toEqual([event]);
  }
  expect(await list({ actor: admin.email, actions: ["key.create", "key.update"] })).toEqual([]);
  expect(await list({ search: "%" })).toEqual([]);
  expect(await getAuditEvent(fixture.context(), { id: event?.id ?? newId("aud") })).toEqual(event);
  await expect(getAuditEvent(fixture.context(), { id: newId("aud") })).rejects.toEqual(refusal("not_found"));
});

test("Everybody who changed something is named once, in order", async () => {
  const actors = await listAuditActors(fixture.context());
  const all = (await list({ limit: 1_000 })).map(({ actor }) => actor);
  expect(actors).toEqual([...new Set(all)].sort());
  expect(actors.length).toBeGreaterThan(2);
});

test("An export holds every row once, with the hashes, and runs no formula", async () => {
  const ctx = fixture.context(adminOf("owner"));
  await createCustomer(ctx, { environment: "staging", email: newEmail(), name: 'a "b",\nc' });
  const sql = fixture.runtime.databases.owner.$client;
  await sql`
    insert into audit_events (id, at, actor_kind, actor, action, subject_id, subject_name)
    select 'aud_' || n, now(), 'system', '=cmd', 'key.update', 'key_1', '@sum' from generate_series(1, 2100) n`;
  const texts = { csv: "", ndjson: "" };
  // An export is itself a row, written once it has begun.
  const rows = { csv: 0, ndjson: 0 };
  for (const format of AUDIT_EXPORT_FORMATS) {
    const [before] = await sql`select count(*)::int as rows from audit_events`;
    rows[format] = before?.rows;
    const parts = await textsOf(await exportAudit(ctx, { format }), ctx);
    expect(parts.length).toBeGreaterThan(2);
    texts[format] = parts.join("");
  }
  const lines = texts.ndjson
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ position }) => position)).toEqual(
    Array.from({ length: rows.ndjson }, (_, index) => rows.ndjson - index),
  );
  expect(lines.at(-1)).toEqual(await getAuditEvent(ctx, { id: lines.at(-1).id }));
  const records = texts.csv.trimEnd().split("\r\n");
  expect(records[0]).toMatch(/^position,id,at,actor,/);
  expect(records).toHaveLength(rows.csv + 1);
  expect(records[1]).toContain(",'=cmd,system,key.update,key_1,'@sum,,,,,,");
  expect(texts.csv).toContain('""name"":""a \\""b\\"",\\nc""');
});
