"use client";

import { createContext, type ReactNode, useContext } from "react";

const RenderedAt = createContext<number>(0);

/** Hands down the instant at which the server drew the page, so that the browser's first drawing says the same. */
export function ClockProvider({ renderedAt, children }: { renderedAt: number; children: ReactNode }) {
  return <RenderedAt value={renderedAt}>{children}</RenderedAt>;
}

/** The instant at which the server drew the page. */
export function useRenderedAt(): number {
  return useContext(RenderedAt);
}
