import { testFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { approveApproval, askApproval } from "@/server/services/approvals";
import { createKey, getKey, reactivateKey, revokeKey, updateKey } from "@/server/services/keys";
import { approvalsOf, needsApproval } from "./support";

const fixture = testFixture();
const { person, require } = approvalsOf(fixture);

describe("Where Key Management takes a second person, it takes one", () => {
  const manages = ["keys:manage" as const];
  const least = { managesKeys: "own" as const, grantsKeyManagement: false };
  const approve = async (
    [ada, bob]: Awaited<ReturnType<typeof person>>[],
    asked: Parameters<typeof askApproval>[1],
  ) => {
    if (!ada || !bob) throw new Error("It takes two");
    const { id } = await askApproval(ada.ctx, asked);
    return approveApproval(bob.ctx, { id });
  };

  test("lets a key manage more keys, or hand that on, as much as it takes one to let it manage any", async () => {
    const { key } = await fixture.key({ environment: "production", permissions: manages, ...least });
    await require(manages);
    const team = [await person(), await person()];
    const [{ ctx }] = team as [(typeof team)[0]];
    const { id } = key;
    for (const wider of [{ managesKeys: "all" as const }, { grantsKeyManagement: true }]) {
      const input = { id, ...wider };
      const alone = updateKey(ctx, input);
      await expect(alone).rejects.toEqual(needsApproval("production", "Key Management"));
      const asked = await askApproval(ctx, { kind: "update", input });
      expect(asked).toMatchObject({ needed: manages, input: wider });
      await approveApproval(team[1]?.ctx ?? ctx, { id: asked.id });
      expect(await getKey(ctx, { id })).toMatchObject(wider);
    }
    // Less takes nobody, and more again takes somebody again, also of a key that is revoked.
    await updateKey(ctx, { id, managesKeys: "own", grantsKeyManagement: false });
    await revokeKey(ctx, { id });
    const again = updateKey(ctx, { id, managesKeys: "all" });
    await expect(again).rejects.toEqual(needsApproval("production", "Key Management"));
    await reactivateKey(ctx, { id });
  });

  test("is not approved by what was approved before it was let manage more", async () => {
    await require(manages);
    const team = [await person(), await person()];
    const [{ ctx }] = team as [(typeof team)[0]];
    const { key } = await fixture.key({ environment: "production", permissions: ["jobs:read"] });
    const { id } = key;
    await approve(team, { kind: "update", input: { id, permissions: manages } });
    await require([]);
    await updateKey(ctx, { id, managesKeys: "all" });
    await revokeKey(ctx, { id });
    await require(manages);
    await expect(reactivateKey(ctx, { id })).rejects.toEqual(needsApproval("production", "Key Management"));
  });

  test("is not asked to approve less than what comes of it: what a key may do with others is said with its permission", async () => {
    await require(manages);
    const team = [await person(), await person()];
    const [{ ctx }] = team as [(typeof team)[0]];
    const wider = { managesKeys: "all" as const, grantsKeyManagement: true };
    const created = await createKey(ctx, {
      name: "Shop",
      environment: "production",
      permissions: ["jobs:read"],
      ...wider,
    });
    const { id } = created.key;
    expect(created.key).toMatchObject(least);
    const { id: approvalId } = await askApproval(ctx, {
      kind: "update",
      input: { id, permissions: manages },
    });
    expect(await updateKey(ctx, { id, ...wider })).toMatchObject(least);
    await approveApproval(team[1]?.ctx ?? ctx, { id: approvalId });
    expect(await getKey(ctx, { id })).toMatchObject({ permissions: manages, ...least });
    await approve(team, { kind: "update", input: { id, ...wider } });
    expect(await updateKey(ctx, { id, permissions: ["jobs:read"] })).toMatchObject(least);
  });
});
