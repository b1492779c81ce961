"use client";

import {
  type FocusEvent,
  type MouseEvent,
  type PointerEvent,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { clockNow, subscribeToClock } from "@/lib/clock";
import { cn } from "@/lib/cn";
import { relativeTime } from "@/lib/relative-time";
import { browserTimeZone, exactTime, fullTime, utcTime, zoneName } from "@/lib/zoned-time";
import { useRenderedAt } from "./clock-context";
import { CopyButton } from "./copy-field";
import { isPressOnRow, PRESS_IS_THE_ROWS } from "./row-press";
import { useTimeZone } from "./session-context";
import { Popover, PopoverContent, PopoverTrigger } from "./ui/popover";

const OPEN_AFTER_MS = 250;
const CLOSE_AFTER_MS = 200;

interface TimestampProps {
  /** ISO 8601, as the server sends it. */
  value: string;
  /** The instant to the millisecond, in place of how long ago: for lists in which moments matter. */
  exact?: boolean;
  className?: string;
}

/**
 * How long ago, or how soon, in words that keep up with the clock. Resting on it, focusing it or pressing it shows the
 * instant in the reader's time zone, UTC and ISO, each with a copy button. In a row that leads somewhere, a pointer's press is the
 * row's.
 */
export function Timestamp({ value, exact = false, className }: TimestampProps) {
  const peek = usePeek();
  const timeZone = useTimeZone();
  const at = Date.parse(value);
  return (
    <Popover {...peek.root}>
      <PopoverTrigger
        {...peek.trigger}
        {...PRESS_IS_THE_ROWS}
        className={cn(
          "target-24 whitespace-nowrap rounded-xs tabular-nums decoration-line-strong underline-offset-4 hover:underline",
          className,
        )}
      >
        {exact ? <time dateTime={value}>{exactTime(at, timeZone)}</time> : <RelativeText value={value} />}
      </PopoverTrigger>
      <PopoverContent {...peek.content} aria-label="Exact time" className="p-2 pl-3">
        <ExactTimes value={value} timeZone={timeZone} />
      </PopoverContent>
    </Popover>
  );
}

/** The words alone, for where the exact time would be out of place: inside a badge, a sentence, a link. */
export function RelativeText({ value }: { value: string }) {
  const at = Date.parse(value);
  const renderedAt = useRenderedAt();
  const text = useSyncExternalStore(
    subscribeToClock,
    () => relativeTime(at, clockNow()),
    () => relativeTime(at, renderedAt),
  );
  return <time dateTime={value}>{text}</time>;
}

/** The instant in full, for where it matters more than how long ago it is. */
export function FullTime({ value }: { value: string }) {
  return <time dateTime={value}>{fullTime(Date.parse(value), useTimeZone())}</time>;
}

/** For the browser alone: whoever reads times in UTC sees those of this place, too. */
function ExactTimes({ value, timeZone }: { value: string; timeZone: string }) {
  const at = Date.parse(value);
  return (
    <dl className="grid grid-cols-[auto_1fr_auto] items-center gap-x-3 text-xs">
      {timeZone === "UTC" ? (
        <ExactTime name="Local" text={fullTime(at, browserTimeZone())} />
      ) : (
        <ExactTime name={zoneName(timeZone)} text={fullTime(at, timeZone)} />
      )}
      <ExactTime name="UTC" text={utcTime(at)} />
      <ExactTime name="ISO" text={value} mono />
    </dl>
  );
}

function ExactTime({ name, text, mono = false }: { name: string; text: string; mono?: boolean }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className={cn("whitespace-nowrap tabular-nums", mono && "font-mono tracking-tight")}>{text}</dd>
      <dd>
        <CopyButton value={text} label={`Copy ${name} time`} iconOnly />
      </dd>
    </>
  );
}

/**
 * A popover with two ways of being open. Peeking, by hover or focus, shows it like a tooltip and leaves the focus where
 * it is; entering, by pressing the trigger, moves the focus inside, so that its buttons can be reached from the keyboard.
 */
function usePeek() {
  const [mode, setMode] = useState<"closed" | "peek" | "entered">("closed");
  const contentRef = useRef<HTMLDivElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const returning = useRef(false);
  useEffect(() => () => clearTimeout(timer.current), []);

  const close = () => {
    clearTimeout(timer.current);
    // Closing after having entered gives the focus back to the trigger, which must not open it again.
    returning.current = mode === "entered";
    setMode("closed");
  };
  const rest = (event: PointerEvent, action: () => void, delay: number) => {
    if (event.pointerType !== "mouse") return;
    clearTimeout(timer.current);
    timer.current = setTimeout(action, delay);
  };
  const hover = {
    onPointerEnter: (event: PointerEvent) =>
      rest(event, () => setMode((current) => (current === "closed" ? "peek" : current)), OPEN_AFTER_MS),
    onPointerLeave: (event: PointerEvent) =>
      rest(event, () => setMode((current) => (current === "peek" ? "closed" : current)), CLOSE_AFTER_MS),
  };
  return {
    root: { open: mode !== "closed", onOpenChange: (open: boolean) => !open && close() },
    trigger: {
      ...hover,
      onFocus: (event: FocusEvent) => {
        if (!returning.current && event.target.matches(":focus-visible")) setMode("peek");
        returning.current = false;
      },
      onClick: (event: MouseEvent) => {
        // In place of the trigger's own toggle, which would close what hovering has just opened.
        event.preventDefault();
        if (isPressOnRow(event)) return close();
        setMode("entered");
        contentRef.current?.focus();
      },
    },
    content: {
      ...hover,
      ref: contentRef,
      onOpenAutoFocus: (event: Event) => {
        if (mode === "peek") event.preventDefault();
      },
      onCloseAutoFocus: (event: Event) => {
        if (!returning.current) event.preventDefault();
      },
    },
  };
}
