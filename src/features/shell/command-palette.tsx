"use client";

import { Bell, BookOpen, KeyRound, Layers, LogOut, type LucideIcon, Plus, Upload } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useEnvironment } from "@/components/environment-context";
import { useAskWhoseKey, useCatchKey } from "@/components/pasted-key-context";
import { useSession } from "@/components/session-context";
import { THEME_CHOICES } from "@/components/themes";
import {
  CommandDialog,
  CommandEmpty,
  CommandGroup,
  CommandInput,
  CommandItem,
  CommandList,
} from "@/components/ui/command";
import type { Environment } from "@/contracts/environments";
import { type Action, allows } from "@/contracts/roles";
import { useLeave } from "@/lib/leave";
import { chooseTheme } from "@/lib/theme";
import { useDebounced } from "@/lib/use-debounced";
import { CommandResults } from "./command-results";
import { navigationFor } from "./navigation";

const DEBOUNCE_MS = 300;
const MIN_SEARCH_LENGTH = 2;

interface CommandPaletteProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** What was typed before the input had the focus. */
  takeTyped: () => string;
}

/** Goes anywhere, finds keys, customers and licences, runs commands. */
export function CommandPalette({ open, onOpenChange, takeTyped }: CommandPaletteProps) {
  return (
    <CommandDialog open={open} onOpenChange={onOpenChange} label="Search or run a command">
      <PaletteBody onDone={() => onOpenChange(false)} takeTyped={takeTyped} />
    </CommandDialog>
  );
}

/** Mounted with the dialog, so that each opening starts afresh. */
function PaletteBody({ onDone, takeTyped }: Pick<CommandPaletteProps, "takeTyped"> & { onDone: () => void }) {
  const [text, setText] = useState("");
  const search = useDebounced(text.trim(), DEBOUNCE_MS);
  const router = useRouter();
  const environment = useEnvironment();
  const run = (action: () => void) => () => {
    onDone();
    action();
  };
  const open = (path: string) => run(() => router.push(path));
  const catchKey = useCatchKey();
  const type = (next: string) => (catchKey(next) ? onDone() : setText(next));
  const groups = useCommands(environment).map((group) => ({
    ...group,
    commands: group.commands.filter(({ label }) => matches(label, text)),
  }));
  return (
    <>
      <CommandInput
        value={text}
        onValueChange={type}
        onFocus={() => {
          const ahead = takeTyped();
          if (ahead) type(text + ahead);
        }}
        placeholder="Search or run a command"
      />
      <CommandList>
        {groups
          .filter(({ commands }) => commands.length > 0)
          .map(({ heading, commands }) => (
            <CommandGroup key={heading} heading={heading}>
              {commands.map(({ label, icon: Icon, act }) => (
                <CommandItem
                  key={label}
                  value={label}
                  onSelect={typeof act === "string" ? open(act) : run(act)}
                >
                  <Icon aria-hidden />
                  {label}
                </CommandItem>
              ))}
            </CommandGroup>
          ))}
        {search.length >= MIN_SEARCH_LENGTH ? (
          <CommandResults search={search} environment={environment} onOpen={open} />
        ) : (
          <CommandEmpty>Nothing found.</CommandEmpty>
        )}
      </CommandList>
    </>
  );
}

/** Whether every word typed is somewhere in the label. */
function matches(label: string, typed: string): boolean {
  const words = typed.toLowerCase().split(/\s+/);
  return words.every((word) => label.toLowerCase().includes(word));
}

interface PaletteCommand {
  label: string;
  icon: LucideIcon;
  /** Where it leads, or what it does. */
  act: string | (() => void);
}

/** Forms that a page opens when its address says so. */
const FORMS: readonly { label: string; icon: LucideIcon; form: string; needs: readonly Action[] }[] = [
  { label: "Create API Key", icon: Plus, form: "/api-keys?create=1", needs: ["keys:manage"] },
  { label: "Create licence", icon: Plus, form: "/licenses?create=1", needs: ["licenses:manage"] },
  {
    label: "Generate licences",
    icon: Layers,
    form: "/licenses?generate=1",
    needs: ["licenses:manage", "jobs:write"],
  },
  {
    label: "Import customers",
    icon: Upload,
    form: "/customers?import=1",
    needs: ["customers:write", "jobs:write"],
  },
];

/** What can be run, as far as the role allows. */
function useCommands(environment: Environment | null): { heading: string; commands: PaletteCommand[] }[] {
  const { admin } = useSession();
  const leave = useLeave();
  const askWhoseKey = useAskWhoseKey();
  const pages = navigationFor(admin).flatMap(({ items }) => items);
  const query = environment ? `env=${environment}` : "";
  const goTo: PaletteCommand[] = pages.map(({ label, href, icon }) => ({
    label,
    icon,
    act: query ? `${href}?${query}` : href,
  }));
  for (const { label, icon, form, needs } of FORMS) {
    if (!needs.every((action) => allows(admin, action))) continue;
    goTo.push({ label, icon, act: `${form}${query && `&${query}`}` });
  }
  goTo.push({ label: "Notices", icon: Bell, act: "/notices" });
  goTo.push({ label: "API reference", icon: BookOpen, act: "/docs" });
  goTo.push({ label: "Whose key is this?", icon: KeyRound, act: askWhoseKey });
  const themes = THEME_CHOICES.map(({ value, label, icon }) => ({
    label: `Theme: ${label.toLowerCase()}`,
    icon,
    act: () => chooseTheme(value),
  }));
  return [
    { heading: "Go to", commands: goTo },
    {
      heading: "Preferences",
      commands: [...themes, { label: "Sign out", icon: LogOut, act: () => void leave() }],
    },
  ];
}
