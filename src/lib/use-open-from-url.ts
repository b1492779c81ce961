"use client";

import { useQueryState } from "nuqs";
import { parseAsStringLiteral } from "nuqs/server";
import { useEffect, useState } from "react";

const parser = parseAsStringLiteral(["1"]);

/**
 * Whether a form is open. `?{name}=1` opens it, from the command palette and from links, and is taken out of the address
 * at once: left in, it would open the form again when somebody reloads the page or steps back to it.
 */
export function useOpenFromUrl(name: string) {
  const [asked, setAsked] = useQueryState(name, parser);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (asked === null) return;
    setOpen(true);
    void setAsked(null);
  }, [asked, setAsked]);
  return [open, setOpen] as const;
}
