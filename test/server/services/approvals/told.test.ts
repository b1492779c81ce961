import { testFixture } from "@test/support/suite";
import { expect, test } from "vitest";
import { removeAdmin } from "@/server/services/admins";
import {
  approveApproval,
  listApprovals,
  refuseApproval,
  withdrawApproval,
} from "@/server/services/approvals";
import { countUnreadNotices, listNotices } from "@/server/services/notices";
import { approvalsOf } from "./support";

const fixture = testFixture();
const { person, require, askNew } = approvalsOf(fixture);

type Someone = Awaited<ReturnType<typeof person>>;
const unread = async ({ ctx }: Someone) => (await countUnreadNotices(ctx)).unread;
const newest = async ({ ctx }: Someone) => (await listNotices(ctx, {})).data[0];

test("Who has asked is told of the decision: of an approved key, that they have to reveal it", async () => {
  await require(["licenses:manage"]);
  const [ada, bob] = [await person(), await person()];
  const approved = await askNew(ada);
  await approveApproval(bob.ctx, { id: approved.id });
  expect(await newest(ada)).toMatchObject({
    title: "Billing was approved",
    text: expect.stringContaining("when you reveal its secret"),
    action: { path: "/api-keys/approvals?env=all" },
  });
  const refused = await askNew(ada);
  await refuseApproval(bob.ctx, { id: refused.id, reason: "Ask the vendor for less" });
  expect(await newest(ada)).toMatchObject({
    title: "Billing was refused",
    text: expect.stringContaining("Ask the vendor for less"),
  });
});

test("Who was told that something waits has nothing unread of it once it is decided or withdrawn, by whomever", async () => {
  await require(["licenses:manage"]);
  const [ada, bob, cyd] = [await person(), await person(), await person()];
  const [first, second, third] = [await askNew(ada), await askNew(ada), await askNew(ada)];
  expect(await Promise.all([bob, cyd].map(unread))).toEqual([3, 3]);
  await approveApproval(bob.ctx, { id: first.id });
  await refuseApproval(bob.ctx, { id: second.id, reason: "" });
  expect(await Promise.all([bob, cyd].map(unread))).toEqual([1, 1]);
  await withdrawApproval(ada.ctx, { id: third.id });
  expect(await Promise.all([bob, cyd].map(unread))).toEqual([0, 0]);
});

test("A request of somebody who has left is listed as one that can only be refused", async () => {
  await require(["licenses:manage"]);
  const [ada, bob] = [await person(), await person()];
  await askNew(ada);
  const listed = async () => (await listApprovals(bob.ctx, {})).map(({ requesterMay }) => requesterMay);
  expect(await listed()).toEqual([true]);
  await removeAdmin(fixture.context(), { id: ada.id });
  expect(await listed()).toEqual([false]);
});
