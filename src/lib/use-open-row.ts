"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useQueryState } from "nuqs";
import { addressParser, type ReadAddress } from "./address-field";

/** Which row of a list is open in a sheet beside it: in the address, so that it can be sent to somebody, as `?{name}=…`. */
export function useOpenRow<Id extends string>(name: string, read: ReadAddress<Id>) {
  const [open, setOpen] = useQueryState(name, addressParser(read));
  const pathname = usePathname();
  const search = useSearchParams();
  return {
    /** Null where none is. */
    open,
    /** This page as it is, with that row open: for those who want it in a tab of its own. */
    hrefOf: (id: Id) => {
      const next = new URLSearchParams(search);
      next.set(name, id);
      return `${pathname}?${next}`;
    },
    /** A place to come back from: the list as it was is one step back. */
    show: (id: Id) => void setOpen(id as NonNullable<Id>, { history: "push" }),
    close: () => void setOpen(null),
  };
}
