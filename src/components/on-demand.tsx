"use client";

import {
  type ComponentType,
  createElement,
  type ReactNode,
  useEffect,
  useEffectEvent,
  useReducer,
} from "react";
import { whenIdle } from "@/lib/idle";
import { toast } from "./ui/toast";

/** A component, once its code is here. */
class Code<Props> {
  component: ComponentType<Props> | undefined;

  constructor(private readonly load: () => Promise<ComponentType<Props>>) {}

  async fetch(): Promise<void> {
    this.component ??= await this.load();
  }
}

/**
 * A component whose code is no part of the page: fetched once the page has nothing else to do, so that it is there at once
 * when it is opened and without a network too, or when it is opened before. Mount it to open it. Where the code cannot be
 * fetched its `onClose` is called, if it has one: what cannot be shown must not count as open.
 *
 * Not by `next/dynamic`: that draws what has long been fetched only after a turn of its own, and replaces the whole page
 * by an error where it cannot be fetched.
 */
export function onDemand<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => ReactNode {
  const code = new Code(load);
  if (typeof window !== "undefined") whenIdle(() => void code.fetch().catch(() => undefined));
  return (props) => createElement(Fetched<Props>, { code, props });
}

interface FetchedProps<Props> {
  code: Code<Props>;
  props: Props;
}

function Fetched<Props extends object>({ code, props }: FetchedProps<Props>) {
  const [, draw] = useReducer((turn: number) => turn + 1, 0);
  const failed = useEffectEvent(() => {
    toast({ tone: "bad", text: "This could not be loaded. Check the connection and try again." });
    if ("onClose" in props && typeof props.onClose === "function") props.onClose();
  });
  useEffect(() => {
    if (code.component) return;
    let gone = false;
    code.fetch().then(
      () => gone || draw(),
      () => gone || failed(),
    );
    return () => {
      gone = true;
    };
  }, [code]);
  return code.component ? createElement(code.component, props) : null;
}
