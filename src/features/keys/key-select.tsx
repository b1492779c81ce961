"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { EnvironmentBadge } from "@/components/environment-badge";
import { FILTER_ROW } from "@/components/filter-popover";
import { SearchInput } from "@/components/search-input";
import { CONTROL_CLASSES } from "@/components/ui/input";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import { NO_KEY } from "@/contracts/request-queries";
import { cn } from "@/lib/cn";
import { trpc } from "@/trpc/client";

export type KeyChoice = Id<"key"> | typeof NO_KEY;

interface KeySelectProps {
  value: KeyChoice | null;
  /** With the environment of the key that was chosen. */
  onChange: (value: KeyChoice, environment: Environment | null) => void;
  id?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}

const NONE = "No key";

/** A key by its name, of any environment, or none. Nobody has to paste a secret to name a key. Stands in a `Field`. */
export function KeySelect({ value, onChange, ...trigger }: KeySelectProps) {
  const [open, setOpen] = useState(false);
  const keyId = value === NO_KEY ? null : value;
  // A key that a link names need not be among those found.
  const named = trpc.keys.get.useQuery({ id: keyId ?? "key_" }, { enabled: keyId !== null });
  const chosen = keyId === null ? null : (named.data ?? null);
  const words = value === NO_KEY ? NONE : (chosen?.name ?? keyId);
  const choose = (key: KeyView | null) => onChange(key?.id ?? NO_KEY, key?.environment ?? null);
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger
        {...trigger}
        // The label alone would be its name, and what is chosen would go unsaid.
        aria-label={words === null ? "Key" : `Key: ${words}`}
        className={cn(
          CONTROL_CLASSES,
          "flex h-8.5 w-full items-center justify-between gap-2 px-2.5 text-left",
          words === null && "text-ink-3",
        )}
      >
        <span className={cn("truncate", keyId !== null && !chosen && "mono")}>{words ?? "Choose…"}</span>
        <ChevronDown aria-hidden className="size-4 shrink-0 text-ink-3" />
      </PopoverTrigger>
      <PopoverContent aria-label="Choose a key" className="w-80 p-2">
        <Choices value={value} chosen={chosen} onChoose={choose} onPicked={() => setOpen(false)} />
      </PopoverContent>
    </Popover>
  );
}

interface ChoicesProps {
  value: KeyChoice | null;
  chosen: KeyView | null;
  onChoose: (key: KeyView | null) => void;
  /** By a pointer or Enter, not in passing by the arrow keys. */
  onPicked: () => void;
}

/** Mounted with the popover, so that nothing is asked before it opens. */
function Choices({ value, chosen, onChoose, onPicked }: ChoicesProps) {
  const name = useId();
  const [search, setSearch] = useState("");
  const found = trpc.keys.list.useQuery({ search, limit: 10 }, { placeholderData: keepPreviousData });
  const others = (found.data?.data ?? []).filter(({ id }) => id !== chosen?.id);
  const offered = [...(chosen ? [chosen] : []), ...others];
  const radio = { name, onPicked };
  return (
    <>
      <SearchInput
        label="Find a key by name"
        value={search}
        onChange={setSearch}
        className="mb-1 sm:w-full"
      />
      <fieldset aria-label="Keys" aria-busy={found.isFetching} className="max-h-72 overflow-y-auto">
        {offered.map((key) => (
          <Choice key={key.id} {...radio} checked={key.id === value} onChoose={() => onChoose(key)}>
            <span className="truncate">{key.name}</span>
            <EnvironmentBadge value={key.environment} className="ml-auto shrink-0" />
          </Choice>
        ))}
        {search === "" && (
          <Choice {...radio} checked={value === NO_KEY} onChoose={() => onChoose(null)}>
            {NONE}
          </Choice>
        )}
      </fieldset>
      {found.data && offered.length === 0 && <p className="px-2 py-1.5 text-ink-2 text-sm">None matches.</p>}
      {found.data?.nextCursor && (
        <p className="px-2 py-1.5 text-ink-3 text-xs">Type to narrow the list: there are more.</p>
      )}
      {found.error && <p className="px-2 py-1.5 text-bad text-sm">The search failed. Type again to retry.</p>}
    </>
  );
}

interface ChoiceProps {
  name: string;
  checked: boolean;
  onChoose: () => void;
  onPicked: () => void;
  children: ReactNode;
}

function Choice({ name, checked, onChoose, onPicked, children }: ChoiceProps) {
  return (
    <label className={FILTER_ROW}>
      <input
        type="radio"
        name={name}
        checked={checked}
        onChange={onChoose}
        // Arrow keys choose too, as clicks without a count; closing on those would end the browsing at its first step.
        onClick={(event) => event.detail > 0 && onPicked()}
        className="size-4 shrink-0 accent-accent"
      />
      {children}
    </label>
  );
}
