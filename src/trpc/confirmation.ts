"use client";

import type { TRPCLink } from "@trpc/client";
import { observable, type Unsubscribable } from "@trpc/server/observable";
import { useSyncExternalStore } from "react";
import type { ConfirmationWay } from "@/contracts/confirmation";
import type { AppRouter } from "@/server/trpc/router";

/** A question to whoever sits here: to confirm that it is them. */
export interface AskedConfirmation {
  ways: readonly ConfirmationWay[];
  /** Answers it, and with it all changes that wait. */
  settle: (confirmed: boolean) => void;
}

let asked: { question: AskedConfirmation; answer: Promise<boolean> } | null = null;
const listeners = new Set<() => void>();

function change(next: typeof asked): void {
  asked = next;
  for (const tell of listeners) tell();
}

/** Asks, or waits for the answer where it is being asked already: changes made at the same time share one question. */
function ask(ways: readonly ConfirmationWay[]): Promise<boolean> {
  if (asked) return asked.answer;
  let settle: AskedConfirmation["settle"] = () => undefined;
  const answer = new Promise<boolean>((resolve) => {
    settle = (confirmed) => {
      change(null);
      resolve(confirmed);
    };
  });
  change({ question: { ways, settle }, answer });
  return answer;
}

/** The question that is open now. */
export function askedConfirmation(): AskedConfirmation | null {
  return asked?.question ?? null;
}

/** The same, for the one dialog that asks it. */
export function useAskedConfirmation(): AskedConfirmation | null {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    askedConfirmation,
    () => null,
  );
}

/**
 * Where the server wants somebody to confirm that it is them, asks, and sends the change once more: whatever it is, the
 * page that made it knows nothing of this. What is not confirmed ends as the server has answered it.
 */
export const confirmAndRepeat: TRPCLink<AppRouter> = () => {
  return ({ op, next }) => {
    if (op.type !== "mutation") return next(op);
    return observable((observer) => {
      let current: Unsubscribable = next(op).subscribe({
        next: (result) => observer.next(result),
        complete: () => observer.complete(),
        error(error) {
          if (error.data?.code !== "confirmation_required") return observer.error(error);
          void ask(error.data.ways ?? []).then((confirmed) => {
            if (confirmed) current = next(op).subscribe(observer);
            else observer.error(error);
          });
        },
      });
      return () => current.unsubscribe();
    });
  };
};
