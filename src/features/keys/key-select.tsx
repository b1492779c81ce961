"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { Combobox } from "@/components/combobox";
import { EnvironmentBadge } from "@/components/environment-badge";
import { CONTROL_CLASSES } from "@/components/ui/input";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import { NO_KEY } from "@/contracts/request-queries";
import { cn } from "@/lib/cn";
import { trpc } from "@/trpc/client";

export type KeyChoice = Id<"key"> | typeof NO_KEY;

/** The key that was chosen, which need not be among those found: a link may name it. */
export function useNamedKey(value: KeyChoice | null): KeyView | null {
  const id = value === NO_KEY ? null : value;
  const named = trpc.keys.get.useQuery({ id: id ?? "key_" }, { enabled: id !== null });
  return id === null ? null : (named.data ?? null);
}

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
  const chosen = useNamedKey(value);
  const words = value === NO_KEY ? NONE : (chosen?.name ?? value);
  const choose: KeySelectProps["onChange"] = (key, environment) => {
    onChange(key, environment);
    setOpen(false);
  };
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
        <span className={cn("truncate", words !== null && words === value && "mono")}>
          {words ?? "Choose…"}
        </span>
        <ChevronDown aria-hidden className="size-4 shrink-0 text-ink-3" />
      </PopoverTrigger>
      <PopoverContent aria-label="Choose a key" className="w-80 p-2">
        <Choices value={value} chosen={chosen} onChoose={choose} />
      </PopoverContent>
    </Popover>
  );
}

interface ChoicesProps {
  value: KeyChoice | null;
  chosen: KeyView | null;
  onChoose: KeySelectProps["onChange"];
}

/** Mounted with the popover, so that nothing is asked before it opens. */
function Choices({ value, chosen, onChoose }: ChoicesProps) {
  const [search, setSearch] = useState("");
  const found = trpc.keys.list.useQuery({ search, limit: 10 }, { placeholderData: keepPreviousData });
  const others = (found.data?.data ?? []).filter(({ id }) => id !== chosen?.id);
  const keys = [...(chosen ? [chosen] : []), ...others];
  const options = keys.map(({ id, name, environment }) => ({
    value: id as KeyChoice,
    label: name,
    detail: <EnvironmentBadge value={environment} />,
  }));
  return (
    <Combobox
      label="Find a key by name"
      search={search}
      onSearch={setSearch}
      // Not before the keys are there: the first option that there is gets the highlight, and Enter would pick it.
      options={!found.isPending && search === "" ? [...options, { value: NO_KEY, label: NONE }] : options}
      chosen={value === null ? [] : [value]}
      onPick={(choice) => onChoose(choice, keys.find(({ id }) => id === choice)?.environment ?? null)}
      stale={found.isPlaceholderData}
      none={found.data && "None matches."}
      failure={found.error && "The search failed. Type again to retry."}
      more={Boolean(found.data?.nextCursor)}
    />
  );
}
