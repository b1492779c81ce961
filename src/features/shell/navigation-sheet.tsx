"use client";

import { Sheet, SheetContent } from "@/components/ui/sheet";
import { SideNavigation } from "./side-navigation";

/** The navigation of a narrow screen, opened from its button. */
export function NavigationSheet({ onClose }: { onClose: () => void }) {
  return (
    <Sheet open onOpenChange={onClose}>
      <SheetContent side="left" title="Keyward">
        <SideNavigation onNavigate={onClose} />
      </SheetContent>
    </Sheet>
  );
}
