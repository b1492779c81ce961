import { describeError } from "@/lib/errors";

export interface ToastOptions {
  text: string;
  tone?: "ok" | "bad" | "idle";
  /** Shown with a copy button, so that it can be handed to the operator. */
  requestId?: string | null;
}

export interface ToastEntry extends ToastOptions {
  id: number;
}

export const NO_TOASTS: ToastEntry[] = [];
const listeners = new Set<() => void>();
let entries: ToastEntry[] = NO_TOASTS;
let lastId = 0;

export function publishToasts(next: ToastEntry[]) {
  entries = next;
  for (const listener of listeners) listener();
}

export function subscribeToToasts(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Says something in passing, at the lower edge. Errors stay until dismissed, the rest for six seconds. */
export function toast(options: ToastOptions) {
  lastId += 1;
  publishToasts([...entries.slice(-2), { ...options, id: lastId }]);
}

/** Says what went wrong with something that has no place of its own to say it. */
export function toastFailure(error: unknown) {
  const { message, requestId } = describeError(error);
  toast({ tone: "bad", text: message, requestId });
}

/** Those that are to be seen, oldest first. */
export function toastEntries(): ToastEntry[] {
  return entries;
}
