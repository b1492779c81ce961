"use client";

import { Slot } from "radix-ui/slot";
import {
  type ComponentProps,
  createContext,
  type ReactNode,
  type Ref,
  type RefObject,
  type SyntheticEvent,
  use,
  useCallback,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { type Late, NOT_LOADED, useLate } from "@/lib/late";
import { toast } from "./toast";

/** What Radix gives its trigger: what to do at events, and what to say of its state. */
type Given = Record<string, unknown>;

interface Popup {
  code: Late<unknown>;
  open: boolean;
  setOpen: (open: boolean) => void;
  trigger: RefObject<HTMLButtonElement | null>;
  /** Null until the code is there. */
  given: RefObject<Given | null>;
}

const PopupContext = createContext<Popup | null>(null);

function usePopup(): Popup {
  const popup = use(PopupContext);
  if (!popup) throw new Error("Part of a popup outside of its root");
  return popup;
}

interface LatePopupProps {
  /** Radix' own primitive, which positions, traps the focus, and is no part of the first load of a page. */
  code: Late<unknown>;
  open?: boolean | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
  children: ReactNode;
}

/** Something that opens at a button: the button is there at once, and what opens comes when the page is idle, or is pressed. */
export function LatePopup({ code, open: asked, onOpenChange, children }: LatePopupProps) {
  const [own, setOwn] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const given = useRef<Given>(null);
  const open = asked ?? own;
  const setOpen = (next: boolean) => {
    setOwn(next);
    onOpenChange?.(next);
  };
  const failed = useEffectEvent(() => {
    toast({ tone: "bad", text: NOT_LOADED });
    setOpen(false);
  });
  useEffect(() => {
    if (open) code.fetch().catch(() => failed());
  }, [open, code]);
  return <PopupContext value={{ code, open, setOpen, trigger, given }}>{children}</PopupContext>;
}

const HANDLERS = [
  "onClick",
  "onPointerDown",
  "onPointerMove",
  "onPointerLeave",
  "onKeyDown",
  "onFocus",
  "onBlur",
] as const;

type Handlers = Partial<Record<(typeof HANDLERS)[number], (event: SyntheticEvent) => void>>;

/** What opens with an arrow key too. */
const BY_ARROWS: Record<string, readonly string[]> = {
  menu: ["ArrowDown"],
  listbox: ["ArrowDown", "ArrowUp"],
};

function keyOf({ nativeEvent }: SyntheticEvent): string {
  return nativeEvent instanceof KeyboardEvent ? nativeEvent.key : "";
}

interface TriggerProps extends ComponentProps<"button"> {
  /** Its only child is the button. */
  asChild?: boolean;
}

/**
 * The button of a {@link LatePopup}. Before the code is there a press fetches it, and opens what comes; afterwards every
 * event is Radix' own to answer, as if the button were one of its triggers.
 */
export function LateTrigger({ asChild = false, ...props }: TriggerProps) {
  const { code, setOpen, trigger, given } = usePopup();
  const kind = props["aria-haspopup"];
  /** A press that began before the code was there: Radix has not seen its beginning. */
  const missed = useRef(false);
  const handle = (name: (typeof HANDLERS)[number]) => (event: SyntheticEvent) => {
    (props as Handlers)[name]?.(event);
    if (event.defaultPrevented) return;
    const early = given.current === null;
    if (name === "onPointerDown" || name === "onKeyDown") missed.current = early;
    if (name === "onClick" && kind && (early || missed.current)) setOpen(true);
    else if (name === "onKeyDown" && early && BY_ARROWS[String(kind)]?.includes(keyOf(event))) {
      event.preventDefault();
      setOpen(true);
    } else if (early) void code.fetch().catch(() => undefined);
    else (given.current as Handlers)[name]?.(event);
  };
  const { ref } = props;
  const hold = useCallback(
    (element: HTMLButtonElement | null) => {
      trigger.current = element;
      if (typeof ref === "function") ref(element);
      else if (ref) ref.current = element;
    },
    [ref, trigger],
  );
  const handlers = Object.fromEntries(HANDLERS.map((name) => [name, handle(name)]));
  const Button = asChild ? Slot : "button";
  return (
    <Button
      {...(asChild ? {} : { type: "button" })}
      {...(kind ? { "aria-expanded": false, "data-state": "closed" } : {})}
      {...props}
      {...handlers}
      ref={hold}
    />
  );
}

/** What a {@link LatePopup} has to draw, given its code, once that is there. */
export function useLateCode<Code>(code: Late<Code>) {
  const { open, setOpen } = usePopup();
  return { parts: useLate(code), root: { open, onOpenChange: setOpen } };
}

/**
 * Stands in the place of Radix' trigger, and makes one of the button that has long been there: hands on its element, what it
 * does at events, and what it says of its state. So nobody loses the button that they have just focused or pressed.
 */
export function AdoptTrigger({ ref, ...props }: { ref?: Ref<HTMLButtonElement> }) {
  const { trigger, given } = usePopup();
  const said = useRef(new Set<string>());
  useLayoutEffect(() => {
    given.current = props;
    if (trigger.current) sayState(trigger.current, props, said.current);
  });
  useEffect(
    () => () => {
      given.current = null;
    },
    [given],
  );
  useLayoutEffect(() => {
    const element = trigger.current;
    if (typeof ref !== "function") {
      if (ref) ref.current = element;
      return;
    }
    const forget = ref(element);
    return typeof forget === "function" ? forget : () => void ref(null);
  }, [ref, trigger]);
  return null;
}

/** Puts attributes that Radix gives its trigger on the button, and takes away those that it no longer gives. */
function sayState(element: HTMLElement, props: Given, said: Set<string>): void {
  for (const [name, value] of Object.entries(props)) {
    if (!/^(aria|data)-/.test(name) && !(name === "id" && (element.id === "" || said.has("id")))) continue;
    if (value !== undefined && value !== null) {
      element.setAttribute(name, String(value));
      said.add(name);
    } else if (said.delete(name)) element.removeAttribute(name);
  }
}
