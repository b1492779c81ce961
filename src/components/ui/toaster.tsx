"use client";

import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { Late, useLate } from "@/lib/late";
import { CopyButton } from "../copy-field";
import { Button, type ButtonProps } from "./button";
import { NO_TOASTS, publishToasts, subscribeToToasts, type ToastEntry, toastEntries } from "./toast";

/** Radix' own: no page has anything to say at once. */
const toastCode = new Late(() => import("radix-ui/toast"));

/** What is not bad goes by itself. */
const SHOWN_MS = 6_000;

const TONES = {
  ok: { Icon: CircleCheck, className: "text-ok" },
  bad: { Icon: CircleAlert, className: "text-bad" },
  idle: { Icon: Info, className: "text-ink-3" },
} as const;

const dismiss = (entry: ToastEntry) => publishToasts(toastEntries().filter(({ id }) => id !== entry.id));

const PLACE = "fixed right-0 bottom-0 z-60 flex w-full max-w-105 flex-col gap-2 p-4 outline-none";
const BOX =
  "flex items-start gap-3 rounded-xl border border-line-strong bg-raised py-3 pr-2 pl-4 shadow-overlay data-[state=open]:animate-rise";

/** The place where toasts appear; once, in the root layout. */
export function Toaster() {
  const shown = useSyncExternalStore(subscribeToToasts, toastEntries, () => NO_TOASTS);
  const parts = useLate(toastCode);
  const any = shown.length > 0;
  // What was shown plainly stays so: Radix' layer, coming above a dialog that was opened meanwhile, would take its Escape.
  const [plain, setPlain] = useState(false);
  if (plain !== (any && (plain || !parts))) setPlain(!plain);
  useEffect(() => {
    if (any) void toastCode.fetch().catch(() => undefined);
  }, [any]);
  if (plain) return <PlainToasts shown={shown} />;
  if (!parts) return null;
  return (
    <parts.Provider label="Notification">
      {shown.map((entry) => (
        <parts.Root
          key={entry.id}
          type={entry.tone === "bad" ? "foreground" : "background"}
          duration={entry.tone === "bad" ? Number.POSITIVE_INFINITY : SHOWN_MS}
          onOpenChange={(open) => {
            if (!open) dismiss(entry);
          }}
          className={BOX}
        >
          <ToastBody
            entry={entry}
            text={<parts.Description className="break-words">{entry.text}</parts.Description>}
            dismissal={
              <parts.Close asChild>
                <DismissButton />
              </parts.Close>
            }
          />
        </parts.Root>
      ))}
      <parts.Viewport className={PLACE} />
    </parts.Provider>
  );
}

/** Where Radix' code is not there yet, or cannot be had, as without a network, which is what there is to say then. */
function PlainToasts({ shown }: { shown: readonly ToastEntry[] }) {
  return (
    <section aria-label="Notifications">
      <div role="alert" className={PLACE}>
        {shown.map((entry) => (
          <PlainToast key={entry.id} entry={entry} />
        ))}
      </div>
    </section>
  );
}

function PlainToast({ entry }: { entry: ToastEntry }) {
  useEffect(() => {
    if (entry.tone === "bad") return;
    const timer = setTimeout(() => dismiss(entry), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [entry]);
  return (
    <div className={BOX}>
      <ToastBody
        entry={entry}
        text={<p className="break-words">{entry.text}</p>}
        dismissal={<DismissButton onClick={() => dismiss(entry)} />}
      />
    </div>
  );
}

function DismissButton(props: ButtonProps) {
  return (
    <Button variant="ghost" size="icon-sm" aria-label="Dismiss" className="-my-1" {...props}>
      <X aria-hidden />
    </Button>
  );
}

interface ToastBodyProps {
  entry: ToastEntry;
  text: ReactNode;
  dismissal: ReactNode;
}

function ToastBody({ entry, text, dismissal }: ToastBodyProps) {
  const { Icon, className } = TONES[entry.tone ?? "ok"];
  return (
    <>
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${className}`} />
      <div className="min-w-0 flex-1">
        {text}
        {entry.requestId && (
          <p className="mt-1 flex items-center gap-1 text-ink-2 text-xs">
            <span className="truncate">
              Request <span className="mono">{entry.requestId}</span>
            </span>
            <CopyButton value={entry.requestId} label="Copy request id" iconOnly />
          </p>
        )}
      </div>
      {dismissal}
    </>
  );
}
