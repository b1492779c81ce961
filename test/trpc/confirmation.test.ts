import { createTRPCClient, type OperationResultEnvelope, TRPCClientError, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { beforeEach, expect, test, vi } from "vitest";
import type { AppRouter } from "@/server/trpc/router";
import { type AskedConfirmation, askedConfirmation as asked, confirmAndRepeat } from "@/trpc/confirmation";

/** What the server is asked, and whether it takes the session's factor for fresh. */
let sent: string[] = [];
let isFresh = false;

const server: TRPCLink<AppRouter> =
  () =>
  ({ op }) =>
    observable((observer) => {
      sent.push(op.path);
      if (isFresh || op.type === "query") {
        observer.next({ result: { type: "data", data: op.path } } as OperationResultEnvelope<unknown, never>);
        observer.complete();
        return;
      }
      const data = { code: "confirmation_required", ways: ["password", "code"] };
      observer.error(
        TRPCClientError.from({
          error: { message: "Nothing was changed", code: -32_603, data },
        } as never) as never,
      );
    });

const client = createTRPCClient<AppRouter>({ links: [confirmAndRepeat, server] });

const rename = () => client.profile.changeName.mutate({ name: "Ada" });
const zone = () => client.profile.changeTimeZone.mutate({ timeZone: "UTC" });

/** The question, once it is asked. */
async function question(): Promise<AskedConfirmation> {
  await vi.waitFor(() => expect(asked()).not.toBeNull());
  return asked() as AskedConfirmation;
}

beforeEach(() => {
  sent = [];
  isFresh = false;
});

test("A change for which it has to be confirmed who it is waits for that, and is then made once more", async () => {
  const changed = rename();
  const { ways, settle } = await question();
  expect(ways).toEqual(["password", "code"]);
  isFresh = true;
  settle(true);
  expect(await changed).toBe("profile.changeName");
  expect(sent).toEqual(["profile.changeName", "profile.changeName"]);
  expect(asked()).toBeNull();
});

test("Where it is not confirmed, the change ends as the server has answered it, and is not made again", async () => {
  const changed = rename();
  const { settle } = await question();
  settle(false);
  await expect(changed).rejects.toMatchObject({ data: { code: "confirmation_required" } });
  expect(sent).toEqual(["profile.changeName"]);
  expect(asked()).toBeNull();
});

test("Changes made at the same time share one question, and its answer", async () => {
  const changed = Promise.all([rename(), zone()]);
  const shared = await question();
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(asked()).toBe(shared);
  isFresh = true;
  shared.settle(true);
  expect(await changed).toEqual(["profile.changeName", "profile.changeTimeZone"]);
});

test("A change that the server still refuses after the confirmation is refused, and asks no second time", async () => {
  const changed = rename();
  const { settle } = await question();
  settle(true);
  await expect(changed).rejects.toMatchObject({ data: { code: "confirmation_required" } });
  expect(sent).toHaveLength(2);
  expect(asked()).toBeNull();
});

test("What only reads, and a change with a fresh factor, is not asked about", async () => {
  expect(await client.profile.sessions.query()).toBe("profile.sessions");
  isFresh = true;
  expect(await rename()).toBe("profile.changeName");
  expect(asked()).toBeNull();
});
