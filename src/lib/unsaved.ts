"use client";

import { useEffect } from "react";

/** The forms in which something is typed that leaving the page would lose. */
const forms = new Set<symbol>();

/** Whether leaving the page would lose what somebody has typed. */
export function hasUnsaved(): boolean {
  return forms.size > 0;
}

/** Tells of a form, while something in it is not saved. */
export function useUnsaved(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const form = Symbol();
    forms.add(form);
    return () => void forms.delete(form);
  }, [dirty]);
}
