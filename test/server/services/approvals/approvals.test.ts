// @module-tag long
import { testFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import { changeRole, deactivateAdmin } from "@/server/services/admins";
import {
  approveApproval,
  askApproval,
  countWaitingApprovals,
  listApprovals,
  purgeApprovals,
  refuseApproval,
  revealApproved,
  withdrawApproval,
} from "@/server/services/approvals";
import { changeKeyPolicy } from "@/server/services/key-policies";
import { getKey, identifyKey, listKeys, updateKey } from "@/server/services/keys";
import { countUnreadNotices, listNotices } from "@/server/services/notices";
import { auditOf, everyRow, refusal, sqlOf } from "../support";
import { approvalsOf } from "./support";

const fixture = testFixture();
const { person, require, askNew } = approvalsOf(fixture);

const DAY = DAY_MS / 1_000;

describe("A new key that takes a second person", () => {
  test("is made when its requester reveals it, by a secret that nobody else has seen", async () => {
    await require(["licenses:manage"]);
    const [ada, bob] = [await person(), await person()];
    const before = await everyRow(fixture);
    const asked = await askNew(ada);
    expect(asked).toMatchObject({ status: "asked", keyId: null, needed: ["licenses:manage"] });
    const approved = await approveApproval(bob.ctx, { id: asked.id });
    expect(approved).toMatchObject({ status: "approved", decidedBy: bob.email, keyId: null });
    expect((await everyRow(fixture)).api_keys).toEqual(before.api_keys);
    const { key, secret } = await revealApproved(ada.ctx, { id: asked.id });
    expect(key).toMatchObject({ name: "Billing", createdBy: ada.email, status: "active" });
    expect(key.owner?.id).toBe(ada.id);
    expect(await identifyKey(bob.ctx, { key: secret })).toMatchObject({ found: "current" });
    const [row] = await listApprovals(bob.ctx, {});
    expect(row).toMatchObject({ id: asked.id, status: "done", keyId: key.id });
    await expect(revealApproved(ada.ctx, { id: asked.id })).rejects.toEqual(refusal("invalid_state"));
    expect(JSON.stringify(await everyRow(fixture))).not.toContain(secret);
  });

  test("is told to those who may approve it, and to nobody else", async () => {
    await require(["licenses:manage"]);
    const [ada, bob, eve] = [await person(), await person("owner"), await person("viewer")];
    await askNew(ada);
    const unread = async ({ ctx }: typeof ada) => (await countUnreadNotices(ctx)).unread;
    expect(await Promise.all([ada, bob, eve].map(unread))).toEqual([0, 1, 0]);
    const [notice] = (await listNotices(bob.ctx, {})).data;
    expect(notice).toMatchObject({
      title: "Billing waits for approval",
      action: { path: "/api-keys/approvals?env=all" },
    });
  });

  test("is on record step by step", async () => {
    await require(["licenses:manage"]);
    const [ada, bob] = [await person(), await person()];
    const rows = await auditOf(fixture, async () => {
      const { id } = await askNew(ada);
      await approveApproval(bob.ctx, { id });
      await revealApproved(ada.ctx, { id });
    });
    expect(rows).toMatchObject([
      { action: "approval.ask", actor: ada.email, subjectName: "Billing", environment: "production" },
      { action: "approval.approve", actor: bob.email, after: { kind: "create", requestedBy: ada.email } },
      { action: "key.create", actor: ada.email, after: { requestedBy: ada.email, approvedBy: bob.email } },
    ]);
  });

  test("is approved by nobody who asked for it, in whatever session, and revealed to nobody else", async () => {
    await require(["licenses:manage"]);
    const [ada, bob] = [await person(), await person("owner")];
    const { id } = await askNew(ada);
    const sessionId = "ses_01h455vb4pex5vsknk084sn02q";
    const confirmation = { isFresh: true, ways: [] };
    const elsewhere = fixture.context({ ...ada, sessionId, confirmation });
    for (const ctx of [ada.ctx, elsewhere]) {
      await expect(approveApproval(ctx, { id })).rejects.toEqual(refusal("permission_denied"));
      await expect(refuseApproval(ctx, { id })).rejects.toEqual(refusal("permission_denied"));
    }
    await expect(approveApproval(fixture.context(), { id })).rejects.toEqual(refusal("not_found"));
    await expect(
      sqlOf(fixture)`update approvals set state = 'approved', decided_by_id = ${ada.id} where id = ${id}`,
    ).rejects.toThrow("approvals_second_person");
    await approveApproval(bob.ctx, { id });
    for (const ctx of [bob.ctx, (await person()).ctx]) {
      await expect(revealApproved(ctx, { id })).rejects.toEqual(refusal("permission_denied"));
    }
  });

  test("is one key, also of two approvals and two reveals at the same moment", async () => {
    await require(["licenses:manage"]);
    const [ada, bob, eve] = [await person(), await person(), await person()];
    const { id } = await askNew(ada);
    const approvals = await Promise.allSettled([bob, eve].map(({ ctx }) => approveApproval(ctx, { id })));
    expect(approvals.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const reveals = await Promise.allSettled([1, 2].map(() => revealApproved(ada.ctx, { id })));
    expect(reveals.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await listKeys(fixture.context(), { environment: "production" })).data).toHaveLength(1);
  });

  test("has to be right in all else before anybody is asked", async () => {
    await require(["licenses:manage"]);
    await changeKeyPolicy(fixture.context(), { environment: "production", rules: { expiryRequired: true } });
    const ada = await person();
    await person();
    await expect(askNew(ada)).rejects.toEqual(refusal("validation_failed", "expiresAt"));
    await expect(askNew(ada, { environment: "staging" })).rejects.toEqual(refusal("invalid_state"));
    expect(await listApprovals(ada.ctx, {})).toEqual([]);
  });

  test("is no way for somebody who is alone in the team: they are told of the command line", async () => {
    await require(["licenses:manage"]);
    const ada = await person("owner");
    await person("operator");
    await person("viewer", { staging: "admin" });
    await expect(askNew(ada)).rejects.toMatchObject({
      code: "invalid_state",
      message: expect.stringContaining("on the command line (key create"),
    });
  });
});

describe("What was asked for", () => {
  test("is open for seven days, and what was approved is for seven more", async () => {
    await require(["licenses:manage"]);
    const [ada, bob] = [await person(), await person()];
    const [first, second] = [await askNew(ada), await askNew(ada)];
    fixture.clock.advance(7 * DAY - 1);
    await approveApproval(bob.ctx, { id: first.id });
    fixture.clock.advance(1);
    await expect(approveApproval(bob.ctx, { id: second.id })).rejects.toEqual(refusal("invalid_state"));
    expect((await listApprovals(ada.ctx, {})).map(({ status }) => status)).toEqual(["approved", "expired"]);
    fixture.clock.advance(7 * DAY);
    await expect(revealApproved(ada.ctx, { id: first.id })).rejects.toEqual(refusal("invalid_state"));
  });

  test("is refused with a reason, also once it was approved, or withdrawn by its requester alone", async () => {
    await require(["licenses:manage"]);
    const [ada, bob] = [await person(), await person()];
    const [first, second] = [await askNew(ada), await askNew(ada)];
    await approveApproval(bob.ctx, { id: first.id });
    const refused = await refuseApproval(bob.ctx, { id: first.id, reason: "Use jobs:read" });
    expect(refused).toMatchObject({ status: "refused", reason: "Use jobs:read", decidedBy: bob.email });
    await expect(revealApproved(ada.ctx, { id: first.id })).rejects.toEqual(refusal("invalid_state"));
    await expect(withdrawApproval(bob.ctx, { id: second.id })).rejects.toEqual(refusal("permission_denied"));
    expect((await withdrawApproval(ada.ctx, { id: second.id })).status).toBe("withdrawn");
    await expect(approveApproval(bob.ctx, { id: second.id })).rejects.toEqual(refusal("invalid_state"));
  });

  test("by somebody who lost the role, or was deactivated, is approved by nobody and revealed to nobody", async () => {
    await require(["licenses:manage"]);
    const [ada, bob, eve] = [await person(), await person(), await person()];
    const asked = [await askNew(ada), await askNew(ada), await askNew(eve)];
    const [hers, approved, eves] = asked.map(({ id }) => ({ id }));
    if (!hers || !approved || !eves) throw new Error("Three were asked for");
    await approveApproval(bob.ctx, approved);
    await changeRole(fixture.context(), { id: ada.id, role: "viewer" });
    await deactivateAdmin(fixture.context(), { id: eve.id });
    for (const id of [hers, eves]) {
      await expect(approveApproval(bob.ctx, id)).rejects.toEqual(refusal("invalid_state"));
    }
    const demoted = fixture.context({ ...ada, role: "viewer" });
    await expect(revealApproved(demoted, approved)).rejects.toEqual(refusal("permission_denied"));
  });

  test("is asked of the policy again, when it is approved and when it is revealed", async () => {
    await require(["licenses:manage"]);
    const [ada, bob] = [await person(), await person()];
    const [first, second] = [await askNew(ada), await askNew(ada)];
    await approveApproval(bob.ctx, { id: first.id });
    const rules = { forbiddenPermissions: ["licenses:manage" as const] };
    await changeKeyPolicy(fixture.context(), { environment: "production", rules });
    await expect(approveApproval(bob.ctx, { id: second.id })).rejects.toEqual(
      refusal("validation_failed", "permissions"),
    );
    await expect(revealApproved(ada.ctx, { id: first.id })).rejects.toEqual(
      refusal("validation_failed", "permissions"),
    );
    const statuses = (await listApprovals(ada.ctx, {})).map(({ status }) => status);
    expect(statuses).toEqual(["asked", "approved"]);
  });

  test("is counted for whoever can do something about it, as long as they can", async () => {
    await require(["licenses:manage"]);
    const [ada, bob] = [await person(), await person()];
    const carl = await person("viewer", { staging: "admin" });
    const [first] = [await askNew(ada), await askNew(ada), await askNew(bob)];
    const counts = () => Promise.all([ada, bob, carl].map(({ ctx }) => countWaitingApprovals(ctx)));
    expect(await counts()).toEqual([
      { toDecide: 1, toReveal: 0, asked: 2 },
      { toDecide: 2, toReveal: 0, asked: 1 },
      { toDecide: 0, toReveal: 0, asked: 0 },
    ]);
    if (first) await approveApproval(bob.ctx, { id: first.id });
    expect((await counts())[0]).toEqual({ toDecide: 1, toReveal: 1, asked: 1 });
    expect((await counts())[1]).toEqual({ toDecide: 1, toReveal: 0, asked: 1 });
    fixture.clock.advance(7 * DAY);
    expect(await counts()).toEqual(Array(3).fill({ toDecide: 0, toReveal: 0, asked: 0 }));
    await expect(countWaitingApprovals((await person("viewer")).ctx)).rejects.toEqual(
      refusal("permission_denied"),
    );
  });

  test("stands below what waits once it has run out, with what was decided", async () => {
    await require(["licenses:manage"]);
    const [ada, bob] = [await person(), await person()];
    const early = await askNew(ada);
    const refused = await askNew(ada);
    fixture.clock.advance(DAY);
    const waits = await askNew(ada);
    const late = await askNew(ada);
    await refuseApproval(bob.ctx, { id: refused.id });
    fixture.clock.advance(6 * DAY);
    await withdrawApproval(ada.ctx, { id: late.id });
    const listed = (await listApprovals(bob.ctx, {})).map(({ id, status }) => [id, status]);
    expect(listed).toEqual([
      [waits.id, "asked"],
      [late.id, "withdrawn"],
      [refused.id, "refused"],
      [early.id, "expired"],
    ]);
  });

  test("is kept for half a year after it was decided or ran out, and no longer", async () => {
    await require(["licenses:manage"]);
    const ada = await person();
    await person();
    await askNew(ada);
    fixture.clock.advance(187 * DAY);
    expect(await purgeApprovals(fixture.context())).toBe(0);
    const { id } = await askNew(ada);
    fixture.clock.advance(1);
    expect(await purgeApprovals(fixture.context())).toBe(1);
    expect((await listApprovals(ada.ctx, {})).map((one) => one.id)).toEqual([id]);
  });

  test("is seen, approved and refused where one may manage keys alone", async () => {
    await require(["licenses:manage"]);
    const ada = await person();
    const bob = await person("viewer", { production: "viewer", staging: "admin" });
    await person();
    const { id } = await askNew(ada);
    expect(await listApprovals(bob.ctx, {})).toEqual([]);
    for (const act of [approveApproval, refuseApproval, withdrawApproval, revealApproved]) {
      await expect(act(bob.ctx, { id })).rejects.toEqual(refusal("permission_denied"));
    }
    const carl = await person("viewer", { staging: "admin" });
    await expect(approveApproval(carl.ctx, { id })).rejects.toEqual(refusal("not_found"));
  });

  test("is twenty things at most for one person", async () => {
    await require(["licenses:manage"]);
    const ada = await person();
    await person();
    for (let asked = 0; asked < 20; asked += 1) await askNew(ada);
    await expect(askNew(ada)).rejects.toEqual(refusal("invalid_state"));
    const [newest] = await listApprovals(ada.ctx, {});
    if (newest) await withdrawApproval(ada.ctx, { id: newest.id });
    expect((await askNew(ada)).status).toBe("asked");
  });

  test("is twenty things, also of many that are asked for at the same moment", async () => {
    await require(["licenses:manage"]);
    const ada = await person();
    await person();
    for (let asked = 0; asked < 18; asked += 1) await askNew(ada);
    const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map(() => askNew(ada)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(await listApprovals(ada.ctx, {})).toHaveLength(20);
  });

  test("is noted with what of it takes the approval, and not with what the key was approved for before", async () => {
    await require(["licenses:manage"]);
    const [ada, bob] = [await person(), await person()];
    const { id } = await askNew(ada);
    await approveApproval(bob.ctx, { id });
    const { key } = await revealApproved(ada.ctx, { id });
    await require(["licenses:manage", "customers:write"]);
    const more = { id: key.id, permissions: ["licenses:manage" as const, "customers:write" as const] };
    expect((await askApproval(ada.ctx, { kind: "update", input: more })).needed).toEqual(["customers:write"]);
  });

  test("is refused where it takes nobody: a new name of a key that was approved is given at once", async () => {
    await require(["licenses:manage"]);
    const [ada, bob] = [await person(), await person()];
    const { id } = await askNew(ada);
    await approveApproval(bob.ctx, { id });
    const { key } = await revealApproved(ada.ctx, { id });
    const input = { id: key.id, name: "Invoices" };
    // Also by somebody who is alone meanwhile: nobody else would have to be there.
    await deactivateAdmin(fixture.context(), { id: bob.id });
    await expect(askApproval(ada.ctx, { kind: "update", input })).rejects.toMatchObject({
      code: "invalid_state",
      detail: "This takes nobody's approval. Do it at once.",
    });
    expect(await updateKey(ada.ctx, input)).toMatchObject({ name: "Invoices" });
  });

  test("of a key that is there happens when it is approved, and is on record under who approved", async () => {
    const { key } = await fixture.key({ environment: "production", permissions: ["jobs:read"] });
    await require(["licenses:manage"]);
    const [ada, bob] = [await person(), await person()];
    const input = { id: key.id, permissions: ["jobs:read" as const, "licenses:manage" as const] };
    const asked = await askApproval(ada.ctx, { kind: "update", input });
    expect(asked).toMatchObject({ keyId: key.id, keyName: "Test key" });
    expect((await getKey(ada.ctx, { id: key.id })).permissions).toEqual(["jobs:read"]);
    const rows = await auditOf(fixture, () => approveApproval(bob.ctx, { id: asked.id }));
    expect(rows).toMatchObject([
      { action: "key.update", actor: bob.email, after: { requestedBy: ada.email, approvedBy: bob.email } },
      { action: "approval.approve", actor: bob.email, after: { requestedBy: ada.email } },
    ]);
    expect((await getKey(ada.ctx, { id: key.id })).permissions).toEqual(input.permissions);
  });
});
