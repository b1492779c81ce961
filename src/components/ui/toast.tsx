"use client";

import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import * as ToastPrimitive from "radix-ui/toast";
import { useSyncExternalStore } from "react";
import { describeError } from "@/lib/errors";
import { CopyButton } from "../copy-field";
import { Button } from "./button";

const TONES = {
  ok: { Icon: CircleCheck, className: "text-ok" },
  bad: { Icon: CircleAlert, className: "text-bad" },
  idle: { Icon: Info, className: "text-ink-3" },
} as const;

export interface ToastOptions {
  text: string;
  tone?: keyof typeof TONES;
  /** Shown with a copy button, so that it can be handed to the operator. */
  requestId?: string | null;
}

interface ToastEntry extends ToastOptions {
  id: number;
}

const NONE: ToastEntry[] = [];
const listeners = new Set<() => void>();
let entries: ToastEntry[] = NONE;
let lastId = 0;

function publish(next: ToastEntry[]) {
  entries = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Says something in passing, at the lower edge. Errors stay until dismissed, the rest for six seconds. */
export function toast(options: ToastOptions) {
  lastId += 1;
  publish([...entries.slice(-2), { ...options, id: lastId }]);
}

/** Says what went wrong with something that has no place of its own to say it. */
export function toastFailure(error: unknown) {
  const { message, requestId } = describeError(error);
  toast({ tone: "bad", text: message, requestId });
}

/** The place where toasts appear; once, in the root layout. */
export function Toaster() {
  const shown = useSyncExternalStore(
    subscribe,
    () => entries,
    () => NONE,
  );
  return (
    <ToastPrimitive.Provider label="Notification">
      {shown.map((entry) => (
        <ToastItem key={entry.id} entry={entry} />
      ))}
      <ToastPrimitive.Viewport className="fixed right-0 bottom-0 z-60 flex w-full max-w-105 flex-col gap-2 p-4 outline-none" />
    </ToastPrimitive.Provider>
  );
}

function ToastItem({ entry }: { entry: ToastEntry }) {
  const { Icon, className } = TONES[entry.tone ?? "ok"];
  return (
    <ToastPrimitive.Root
      type={entry.tone === "bad" ? "foreground" : "background"}
      duration={entry.tone === "bad" ? Number.POSITIVE_INFINITY : 6_000}
      onOpenChange={(open) => {
        if (!open) publish(entries.filter(({ id }) => id !== entry.id));
      }}
      className="flex items-start gap-3 rounded-xl border border-line-strong bg-raised py-3 pr-2 pl-4 shadow-overlay data-[state=open]:animate-rise"
    >
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${className}`} />
      <div className="min-w-0 flex-1">
        <ToastPrimitive.Description className="break-words">{entry.text}</ToastPrimitive.Description>
        {entry.requestId && (
          <p className="mt-1 flex items-center gap-1 text-ink-2 text-xs">
            <span className="truncate">
              Request <span className="mono">{entry.requestId}</span>
            </span>
            <CopyButton value={entry.requestId} label="Copy request id" iconOnly />
          </p>
        )}
      </div>
      <ToastPrimitive.Close asChild>
        <Button variant="ghost" size="icon-sm" aria-label="Dismiss" className="-my-1">
          <X aria-hidden />
        </Button>
      </ToastPrimitive.Close>
    </ToastPrimitive.Root>
  );
}
