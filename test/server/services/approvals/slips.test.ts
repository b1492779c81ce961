import { testFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { createKeySchema } from "@/contracts/schemas/keys";
import { parse } from "@/server/core/validation";
import { approveApproval, askApproval, revealApproved } from "@/server/services/approvals";
import {
  createKey,
  getKey,
  reactivateKey,
  regenerateKey,
  revokeKey,
  updateKey,
} from "@/server/services/keys";
import { auditOf } from "../support";
import { approvalsOf, needsApproval } from "./support";

const fixture = testFixture();
const { person, require, wanted, askNew } = approvalsOf(fixture);

const MANAGE = needsApproval("production", "License Management");

/** A key that somebody has approved. */
async function approvedKey() {
  const [ada, bob] = [await person(), await person()];
  const { id } = await askNew(ada);
  await approveApproval(bob.ctx, { id });
  return { ada, bob, key: (await revealApproved(ada.ctx, { id })).key };
}

describe("Without a second person", () => {
  test("no key is made with what takes one, be it by inclusion; elsewhere and with less it is", async () => {
    await require(["licenses:read"]);
    const { ctx } = await person("owner");
    await expect(createKey(ctx, parse(createKeySchema, wanted()))).rejects.toEqual(
      needsApproval("production", "License Read"),
    );
    expect((await createKey(ctx, wanted({ permissions: ["jobs:read"] }))).key.status).toBe("active");
    expect((await createKey(ctx, wanted({ environment: "staging" }))).key.status).toBe("active");
  });

  test("no key gets it later; what a key has already stays, and can be edited in all else", async () => {
    const { key: old } = await fixture.key(wanted());
    const { key: poor } = await fixture.key(wanted({ permissions: ["jobs:read"] }));
    await require(["licenses:manage"]);
    const { ctx } = await person();
    await expect(
      updateKey(ctx, { id: poor.id, permissions: ["jobs:read", "licenses:manage"] }),
    ).rejects.toEqual(MANAGE);
    const more = await updateKey(ctx, {
      id: old.id,
      name: "Old",
      permissions: ["licenses:manage", "jobs:read"],
    });
    expect(more).toMatchObject({ name: "Old", permissions: ["licenses:manage", "jobs:read"] });
  });

  test("it does not come back to a key that it was taken from, although it was approved once", async () => {
    await require(["licenses:manage"]);
    const { ada, key } = await approvedKey();
    await updateKey(ada.ctx, { id: key.id, permissions: ["jobs:read"] });
    await expect(updateKey(ada.ctx, { id: key.id, permissions: ["licenses:manage"] })).rejects.toEqual(
      MANAGE,
    );
  });

  test("a key that was approved is reactivated; one that never was is not, by no way back to work", async () => {
    const { key: old } = await fixture.key(wanted());
    const { key: timed } = await fixture.key(wanted({ expiresAt: "2023-12-01T00:00:00Z" }));
    await require(["licenses:manage"]);
    const { ada, bob, key } = await approvedKey();
    for (const { id } of [old, key]) await revokeKey(ada.ctx, { id });
    expect((await reactivateKey(ada.ctx, { id: key.id })).status).toBe("active");
    await expect(reactivateKey(ada.ctx, { id: old.id })).rejects.toEqual(MANAGE);
    fixture.clock.advance(30 * 86_400);
    await expect(updateKey(ada.ctx, { id: timed.id, expiresAt: null })).rejects.toEqual(MANAGE);
    const asked = await askApproval(ada.ctx, { kind: "reactivate", input: { id: old.id } });
    await approveApproval(bob.ctx, { id: asked.id });
    expect((await getKey(ada.ctx, { id: old.id })).status).toBe("active");
  });

  test("a key that works is regenerated, as a leak cannot wait; one that does not stays dead with its new secret", async () => {
    const [{ key: works }, { key: dead }] = [await fixture.key(wanted()), await fixture.key(wanted())];
    await require(["licenses:manage"]);
    const { ctx } = await person();
    await revokeKey(ctx, { id: dead.id });
    expect((await regenerateKey(ctx, { id: works.id })).key.status).toBe("active");
    expect((await regenerateKey(ctx, { id: dead.id })).key.status).toBe("inactive");
    await expect(reactivateKey(ctx, { id: dead.id })).rejects.toEqual(MANAGE);
  });

  test("the command line does it only where it says that it goes without, on record; a revoke by it approves nothing", async () => {
    await require(["licenses:manage"]);
    const cli = fixture.context();
    await expect(createKey(cli, wanted())).rejects.toMatchObject({
      extensions: {
        errors: [{ path: "permissions", message: expect.stringContaining("--without-approval") }],
      },
    });
    const rows = await auditOf(fixture, () => createKey(cli, wanted(), "waived"));
    expect(rows).toMatchObject([
      { action: "key.create", actor: "command line", after: { approvalWaived: true } },
    ]);
    const { ada, bob } = await approvedKey();
    await require([]);
    const { key } = await createKey(ada.ctx, wanted());
    await require(["licenses:manage"]);
    await revokeKey(cli, { id: key.id });
    await expect(reactivateKey(bob.ctx, { id: key.id })).rejects.toEqual(MANAGE);
    await expect(reactivateKey(cli, { id: key.id })).rejects.toMatchObject({ code: "validation_failed" });
    expect((await reactivateKey(cli, { id: key.id }, "waived")).status).toBe("active");
    await expect(createKey(bob.ctx, wanted(), "waived")).rejects.toThrow("Only a command");
  });
});
