"use client";

import { Contrast } from "lucide-react";
import { useState } from "react";
import { THEME_CHOICES } from "@/components/themes";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { chooseTheme, chosenTheme, type Theme, themeOf } from "@/lib/theme";

/** Chooses light, dark or what the device says. */
export function ThemeMenu() {
  // Read when the menu opens: the command palette can change it too, and nothing else here depends on it.
  const [theme, setTheme] = useState<Theme>("system");
  return (
    <DropdownMenu onOpenChange={(open) => open && setTheme(chosenTheme())}>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label="Theme">
          <Contrast aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        <DropdownMenuRadioGroup value={theme} onValueChange={(next) => chooseTheme(themeOf(next))}>
          {THEME_CHOICES.map(({ value, label, icon: Icon }) => (
            <DropdownMenuRadioItem key={value} value={value}>
              <Icon aria-hidden className="text-ink-3" />
              {label}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
