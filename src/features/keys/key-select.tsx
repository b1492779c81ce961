"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { Combobox, type ComboboxOption } from "@/components/combobox";
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
        <KeyChoices
          value={value}
          chosen={chosen}
          environment={null}
          none={NONE}
          onPick={({ value }, environment) => choose(value, environment)}
        />
      </PopoverContent>
    </Popover>
  );
}

interface KeyChoicesProps {
  value: KeyChoice | null;
  /** The key of the value, once it is known. */
  chosen: KeyView | null;
  /** Null: the keys of all of them. */
  environment: Environment | null;
  /** The choice of no key, in words. */
  none: string;
  onPick: (option: ComboboxOption<KeyChoice>, environment: Environment | null) => void;
}

/** The keys to choose from, and none. Mount it with what opens it, so that nothing is asked before. */
export function KeyChoices({ value, chosen, environment, none, onPick }: KeyChoicesProps) {
  const [search, setSearch] = useState("");
  const found = trpc.keys.list.useQuery(
    { search, environment, limit: 10 },
    { placeholderData: keepPreviousData },
  );
  const keys = found.data?.data ?? [];
  const optionOf = (key: KeyView): ComboboxOption<KeyChoice> => ({
    value: key.id,
    label: key.name,
    detail: environment === null && <EnvironmentBadge value={key.environment} />,
  });
  const noKey: ComboboxOption<KeyChoice> = { value: NO_KEY, label: none };
  const pick = (option: ComboboxOption<KeyChoice>) => {
    const key = [chosen, ...keys].find((one) => one?.id === option.value);
    onPick(option, key?.environment ?? null);
  };
  return (
    <Combobox
      label="Find a key by name"
      search={search}
      onSearch={setSearch}
      options={found.isPending || search !== "" ? keys.map(optionOf) : [...keys.map(optionOf), noKey]}
      searching={found.isPending || found.isPlaceholderData}
      chosen={value === null ? [] : [value]}
      first={value === NO_KEY ? noKey : chosen ? optionOf(chosen) : undefined}
      onPick={pick}
      none="None matches."
      failure={found.error && "The search failed. Type again to retry."}
      more={Boolean(found.data?.nextCursor)}
    />
  );
}
