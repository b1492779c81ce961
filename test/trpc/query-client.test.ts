import { MutationObserver, onlineManager } from "@tanstack/react-query";
import { afterEach, describe, expect, test, vi } from "vitest";
import { describeError } from "@/lib/errors";
import { createQueryClient } from "@/trpc/query-client";

test("A change is known to be under way before the next event, so that a double click does not make it twice", async () => {
  const change = new MutationObserver(createQueryClient(), { mutationFn: () => new Promise(() => {}) });
  let pending = false;
  change.subscribe((state) => {
    pending = state.isPending;
  });
  void change.mutate();
  // Microtasks run before the browser hands out its next event; timers do not.
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  expect(pending).toBe(true);
});

test("On the server nothing is asked a second time: the page that is being drawn waits for it", async () => {
  const read = vi.fn(() => Promise.reject(new Error("The database is away")));
  await createQueryClient({ retries: false }).prefetchQuery({ queryKey: [], queryFn: read });
  expect(read).toHaveBeenCalledTimes(1);
});

test("What a change was made with, and its answer, is forgotten with the component that made it", async () => {
  const client = createQueryClient();
  const mutationFn = () => Promise.resolve({ secret: "of a key" });
  const change = new MutationObserver(client, { mutationFn });
  const leave = change.subscribe(() => {});
  await change.mutate(undefined);
  expect(client.getMutationCache().getAll()).toHaveLength(1);
  leave();
  await vi.waitFor(() => expect(client.getMutationCache().getAll()).toEqual([]), { timeout: 500 });
});

describe("Without a network", () => {
  const goOffline = () => {
    onlineManager.setOnline(false);
    vi.stubGlobal("navigator", { onLine: false });
  };
  const failing = () => vi.fn(() => Promise.reject(new TypeError("Failed to fetch")));

  afterEach(() => {
    vi.unstubAllGlobals();
    onlineManager.setOnline(true);
  });

  test("a change fails at once, says that the reader is offline, and is not made by itself later", async () => {
    goOffline();
    const send = failing();
    const client = createQueryClient();
    client.mount();
    const failure: unknown = await new MutationObserver(client, { mutationFn: send })
      .mutate()
      .catch((error: unknown) => error);
    expect(describeError(failure).message).toBe("You are offline. Connect, then try again.");
    onlineManager.setOnline(true);
    await client.resumePausedMutations();
    client.unmount();
    expect(send).toHaveBeenCalledTimes(1);
  });

  test("what a page reads fails at once too, in place of waiting as if the server were slow", async () => {
    goOffline();
    const read = failing();
    const failure: unknown = await createQueryClient()
      .fetchQuery({ queryKey: [], queryFn: read })
      .catch((error: unknown) => error);
    expect(describeError(failure).message).toBe("You are offline. Connect, then try again.");
    expect(read).toHaveBeenCalledTimes(1);
  });
});
