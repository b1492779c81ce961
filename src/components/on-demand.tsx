"use client";

import { type ComponentType, createElement, type ReactNode, useEffect, useEffectEvent } from "react";
import { Lazy, NOT_LOADED, useLazy } from "@/lib/lazy";
import { toast } from "./ui/toast";

/**
 * A component whose code is no part of the page: fetched once the page has nothing else to do, so that it is there at once
 * when it is opened and without a network too, or when it is opened before. Mount it to open it. Where the code cannot be
 * fetched its `onClose` is called, if it has one: what cannot be shown must not count as open.
 *
 * Not by `next/dynamic`: that draws what has long been fetched only after a turn of its own, and replaces the whole page
 * by an error where it cannot be fetched.
 * @param fallback what stands in its place until it is there
 */
export function onDemand<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  fallback: ReactNode = null,
): (props: Props) => ReactNode {
  const code = new Lazy(load);
  return (props) => createElement(Fetched<Props>, { code, props, fallback });
}

interface FetchedProps<Props> {
  code: Lazy<ComponentType<Props>>;
  props: Props;
  fallback: ReactNode;
}

function Fetched<Props extends object>({ code, props, fallback }: FetchedProps<Props>) {
  const component = useLazy(code);
  const failed = useEffectEvent(() => {
    toast({ tone: "bad", text: NOT_LOADED });
    if ("onClose" in props && typeof props.onClose === "function") props.onClose();
  });
  useEffect(() => {
    let gone = false;
    code.fetch().catch(() => gone || failed());
    return () => {
      gone = true;
    };
  }, [code]);
  return component ? createElement(component, props) : fallback;
}
