"use client";

import { useSyncExternalStore } from "react";
import { THEME_CHOICES } from "@/components/themes";
import { Button } from "@/components/ui/button";
import { CardContent } from "@/components/ui/card";
import { chooseTheme, chosenTheme, type Theme } from "@/lib/theme";
import { SettingsSection } from "../section";

/** Light, dark or what the device says, in this browser. */
export function ThemeSection() {
  const chosen = useSyncExternalStore<Theme | null>(subscribe, chosenTheme, () => null);
  return (
    <SettingsSection id="theme" title="Theme" description={<p>Of this browser. The top bar has it too.</p>}>
      <CardContent className="flex flex-wrap gap-2">
        {THEME_CHOICES.map(({ value, label, icon: Icon }) => (
          <Button
            key={value}
            aria-pressed={chosen === value}
            onClick={() => chooseTheme(value)}
            className="aria-pressed:border-accent aria-pressed:text-accent"
          >
            <Icon aria-hidden />
            {label}
          </Button>
        ))}
      </CardContent>
    </SettingsSection>
  );
}

/** The theme stands on the document, where the top bar and the command palette change it too. */
function subscribe(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}
