"use client";

import { Menu } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Sheet, SheetContent, SheetTrigger } from "@/components/ui/sheet";
import { SideNavigation } from "./side-navigation";

/** The side navigation where there is no room at the side: behind a button, as a sheet. */
export function PhoneNavigation() {
  const [open, setOpen] = useState(false);
  return (
    <Sheet open={open} onOpenChange={setOpen}>
      <SheetTrigger asChild>
        <Button variant="ghost" size="icon" aria-label="Navigation" className="lg:hidden">
          <Menu aria-hidden />
        </Button>
      </SheetTrigger>
      <SheetContent side="left" title="Keyward">
        <SideNavigation onNavigate={() => setOpen(false)} />
      </SheetContent>
    </Sheet>
  );
}
