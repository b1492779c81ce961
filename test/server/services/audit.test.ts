import { adminOf, createWorld, type World } from "@test/support/world";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROLES } from "@/contracts/roles";
import { newId } from "@/server/core/ids";
import { listAuditEvents } from "@/server/services/audit";
import { deleteCustomer } from "@/server/services/customers";
import { updateKey } from "@/server/services/keys";
import { refusal, withKey } from "./support";

let world: World;

beforeAll(async () => {
  world = await createWorld();
});

afterAll(() => world.close());

test("The audit shows who changed what, when, from where, in which request, before and after", async () => {
  const { key } = await world.key({ name: "Before" });
  const owner = adminOf("owner");
  const requestId = newId("req");
  await updateKey({ ...world.context(owner), requestId, ip: "203.0.113.7" }, { id: key.id, name: "After" });
  const [event] = await listAuditEvents(world.context(), { subjectId: key.id });
  expect(event).toEqual({
    id: expect.stringMatching(/^aud_/),
    at: world.clock.now().toISOString(),
    actor: owner.email,
    actorKind: "admin",
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

test("The audit shows the latest 20 changes, the newest first, of one subject where it is asked for", async () => {
  const { key } = await world.key({ name: "0" });
  for (let n = 1; n <= 22; n++) await updateKey(world.context(), { id: key.id, name: `${n}` });
  const other = await world.customer();
  const expected = Array.from({ length: 20 }, (_, n) => `${22 - n}`);
  const events = await listAuditEvents(world.context(), { subjectId: key.id });
  expect(events.map((event) => event.subjectName)).toEqual(expected);
  const all = await listAuditEvents(world.context(), {});
  expect(all).toHaveLength(20);
  expect(all.map((event) => event.subjectId)).toEqual([other.id, ...Array(19).fill(key.id)]);
  expect(await listAuditEvents(world.context(), { subjectId: newId("key") })).toEqual([]);
});

test("The audit outlives what it speaks of, under the name it had then", async () => {
  const customer = await world.customer();
  await deleteCustomer(world.context(), { id: customer.id });
  const events = await listAuditEvents(world.context(), { subjectId: customer.id });
  expect(events.map((event) => [event.action, event.subjectName])).toEqual([
    ["customer.delete", customer.email],
    ["customer.create", customer.email],
  ]);
});

test("Every administrator may read the audit, and no API key", async () => {
  for (const role of ROLES) {
    expect((await listAuditEvents(world.context(adminOf(role)), {})).length).toBeGreaterThan(0);
  }
  await expect(listAuditEvents(await withKey(world), {})).rejects.toEqual(refusal("permission_denied"));
});
