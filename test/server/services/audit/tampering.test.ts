// @module-tag long
import type { Fixture } from "@test/support/fixture";
import { ownFixture } from "@test/support/suite";
import { expect, test } from "vitest";
import { checkAudit, getAuditIntegrity, listAuditHeads, verifyAudit } from "@/server/services/audit";
import { sqlOf } from "../support";

/** A fixture of its own with so many rows in its audit. */
async function fixtureOf(rows: number): Promise<Fixture> {
  const other = await ownFixture();
  for (let n = 0; n < rows; n++) await other.customer();
  return other;
}

/** Does to the audit what only its owner can: with the triggers off. */
async function tamper(target: Fixture, ...statements: string[]): Promise<void> {
  const owner = sqlOf(target);
  const all = ["alter table audit_events disable trigger user", ...statements];
  await owner.unsafe([...all, "alter table audit_events enable trigger user"].join("; "));
}

/** Gives a row the hash that its content has, as somebody would who knows how. */
const REHASH = (position: number) =>
  `update audit_events a set hash = audit_event_hash(a) where position = ${position}`;

test.each([
  ["an edited actor", ["update audit_events set actor = 'nobody' where position = 3"], 3, "edited"],
  [
    "an edited time, by a millisecond",
    ["update audit_events set at = at + interval '1 ms' where position = 3"],
    3,
    "edited",
  ],
  [
    "an edited value",
    [`update audit_events set after = jsonb_set(after, '{email}', '"x"') where position = 1`],
    1,
    "edited",
  ],
  ["a field made empty", ["update audit_events set environment = null where position = 6"], 6, "edited"],
  [
    "text moved from one field to the next",
    [
      "update audit_events set subject_id = subject_id || 'a', subject_name = substr(subject_name, 2) where position = 2",
    ],
    2,
    "edited",
  ],
  [
    "an edit by somebody who computes the hash too",
    ["update audit_events set actor = 'nobody' where position = 3", REHASH(3)],
    4,
    "replaced",
  ],
  ["a row deleted in the middle", ["delete from audit_events where position = 3"], 3, "missing"],
  ["rows deleted at the beginning", ["delete from audit_events where position < 3"], 1, "missing"],
  [
    "a row deleted, and the others moved up",
    [
      "delete from audit_events where position = 3",
      "update audit_events set position = position - 1 where position = 4",
      "update audit_events set position = position - 1 where position = 5",
      "update audit_events set position = position - 1 where position = 6",
    ],
    3,
    "edited",
  ],
  [
    "two rows that changed places",
    [
      "update audit_events set position = 99 where position = 2",
      "update audit_events set position = 2 where position = 5",
      "update audit_events set position = 5 where position = 99",
    ],
    2,
    "edited",
  ],
  [
    "two rows that changed everything but their places",
    [
      `update audit_events a set id = a.id || 'x', actor = b.actor, subject_id = b.subject_id, subject_name = b.subject_name,
         before = b.before, after = b.after from audit_events b where (a.position, b.position) in ((2, 4), (4, 2))`,
    ],
    2,
    "edited",
  ],
  [
    "a row slipped in at the end with a hash of its own",
    [
      `insert into audit_events select 7, 'aud_y', at, actor_kind, actor_id, actor, action, subject_id, subject_name,
         environment, before, after, request_id, ip, previous_hash, hash from audit_events where position = 6`,
      REHASH(7),
    ],
    7,
    "replaced",
  ],
])("%s is found, at the first row that is not right", async (_, statements, position, fault) => {
  const other = await fixtureOf(6);
  await tamper(other, ...statements);
  const { broken, head } = await verifyAudit(other.context());
  expect(broken).toMatchObject({ position, fault, id: expect.stringMatching(/^aud_/) });
  expect(head.position).toBe(position - 1);
});

test("A cut end, and a history rewritten as a whole, show only against a head that was kept, and there they do", async () => {
  const other = await fixtureOf(6);
  const [kept] = await listAuditHeads(other.context(), { days: 1 });
  expect(kept).toMatchObject({ day: "2023-11-23", position: 6 });
  expect((await verifyAudit(other.context(), { kept })).broken).toBeNull();

  await tamper(other, "delete from audit_events where position > 4");
  expect((await verifyAudit(other.context())).broken).toBeNull();
  const cut = await verifyAudit(other.context(), { kept });
  expect(cut.broken).toMatchObject({ position: 5, fault: "cut", id: null });

  await other.customer();
  await other.customer();
  await other.customer();
  expect((await verifyAudit(other.context())).broken).toBeNull();
  const rewritten = await verifyAudit(other.context(), { kept });
  expect(rewritten.broken).toMatchObject({ position: 6, fault: "rewritten" });
});

test("Heads are those of the end of each day that had changes", async () => {
  const other = await fixtureOf(2);
  other.clock.advance(3 * 86_400);
  expect(await listAuditHeads(other.context(), { days: 1 })).toMatchObject([{ day: "2023-11-23" }]);
  await other.customer();
  const heads = await listAuditHeads(other.context(), { days: 4 });
  expect(heads.map(({ day, position }) => [day, position])).toEqual([
    ["2023-11-26", 3],
    ["2023-11-23", 2],
  ]);
  expect(await listAuditHeads(other.context(), { days: 1 })).toEqual(heads.slice(0, 1));
});

test("The console's check goes on where it stopped, is remembered, and meets what was done to the rest", async () => {
  const other = await fixtureOf(3);
  const ctx = other.context();
  expect(await getAuditIntegrity(ctx)).toEqual({ checked: null, newest: 3 });
  const checked = { position: 3, at: other.clock.now().toISOString(), broken: null };
  expect(await checkAudit(ctx, { restart: true })).toEqual({ checked, newest: 3 });
  await other.customer();
  expect(await getAuditIntegrity(ctx)).toEqual({ checked, newest: 4 });
  expect((await checkAudit(ctx, { restart: false })).checked).toMatchObject({ position: 4, broken: null });

  // Behind the checkpoint: going on cannot see it, starting again does.
  await tamper(other, "update audit_events set actor = 'nobody' where position = 2");
  expect((await checkAudit(ctx, { restart: false })).checked?.broken).toBeNull();
  expect((await checkAudit(ctx, { restart: true })).checked?.broken).toMatchObject({ position: 2 });
  expect((await getAuditIntegrity(ctx)).checked).toMatchObject({
    position: 1,
    broken: { fault: "edited" },
  });

  // Cut off: the farthest row that was ever right is remembered.
  await tamper(
    other,
    "update audit_events set actor = 'command line'",
    "delete from audit_events where position = 4",
  );
  for (const restart of [false, true])
    expect((await checkAudit(ctx, { restart })).checked?.broken).toMatchObject({
      position: 4,
      fault: "cut",
    });
});

test("A check of more rows than one call takes ends between them, and the next call goes on", async () => {
  const other = await ownFixture();
  await sqlOf(other)`
    insert into audit_events (id, at, actor_kind, actor, action, subject_id, subject_name)
    select 'aud_' || n, now(), 'system', 'x', 'key.update', 'x', 'x' from generate_series(1, 2500) n`;
  const first = await verifyAudit(other.context(), { limit: 1_000 });
  expect(first).toMatchObject({ head: { position: 1_000 }, complete: false, broken: null });
  const rest = await verifyAudit(other.context(), { after: first.head });
  expect(rest).toMatchObject({ head: { position: 2_500 }, complete: true, broken: null });
  await tamper(other, "delete from audit_events where position = 1000");
  const gone = await verifyAudit(other.context(), { after: first.head });
  expect(gone.broken).toMatchObject({ position: 1_000, fault: "missing" });
});
