import { createTRPCClient } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { expect, test } from "vitest";
import { describeError } from "@/lib/errors";
import { generateKey } from "@/server/core/key-format";
import type { AppRouter } from "@/server/trpc/router";
import { keepKeysOutOfAddresses } from "@/trpc/keep-keys-out-of-addresses";
import { createQueryClient } from "@/trpc/query-client";

const KEY = generateKey("kw", "production");

/** A client of which nothing leaves, and what would have. */
function client() {
  const sent: unknown[] = [];
  const end = () => () => {
    return ({ op }: { op: { input: unknown } }) => {
      sent.push(op.input);
      return observable<never, never>((observer) => observer.complete());
    };
  };
  return { sent, trpc: createTRPCClient<AppRouter>({ links: [keepKeysOutOfAddresses, end()] as never }) };
}

test("No query leaves with a key anywhere in its input, and the page is told why, without another try", async () => {
  const { sent, trpc } = client();
  let tries = 0;
  const failure: unknown = await createQueryClient()
    .fetchQuery({
      queryKey: [],
      queryFn: () => {
        tries++;
        return trpc.requests.list.query({ search: `Bearer ${KEY}` });
      },
      retryDelay: 0,
    })
    .catch((error: unknown) => error);
  expect(describeError(failure)).toEqual({
    message: "An API key cannot be searched for.",
    requestId: null,
    fields: [],
    code: "validation_failed",
  });
  expect({ tries, sent }).toEqual({ tries: 1, sent: [] });
});

test("Whose key it is can still be asked, as that is in the body", async () => {
  const { sent, trpc } = client();
  await trpc.keys.identify.mutate({ key: KEY }).catch(() => undefined);
  expect(sent).toEqual([{ key: KEY }]);
});
