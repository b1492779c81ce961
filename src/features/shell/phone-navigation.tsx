"use client";

import { Menu } from "lucide-react";
import { useState } from "react";
import { onDemand } from "@/components/on-demand";
import { Button } from "@/components/ui/button";

const NavigationSheet = onDemand(() => import("./navigation-sheet").then((module) => module.NavigationSheet));

/** The side navigation where there is no room at the side: behind a button, as a sheet. */
export function PhoneNavigation() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="ghost"
        size="icon"
        aria-label="Navigation"
        aria-haspopup="dialog"
        aria-expanded={open}
        className="lg:hidden"
        onClick={() => setOpen(true)}
      >
        <Menu aria-hidden />
      </Button>
      {open && <NavigationSheet onClose={() => setOpen(false)} />}
    </>
  );
}
