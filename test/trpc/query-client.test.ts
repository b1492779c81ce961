import { MutationObserver } from "@tanstack/react-query";
import { expect, test } from "vitest";
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
