"use client";

import { ChevronDown } from "lucide-react";
import { EnvironmentBadge } from "@/components/environment-badge";
import { useEnvironment, useSetEnvironment } from "@/components/environment-context";
import { useHeldEnvironments } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { ENVIRONMENT_DETAILS, ENVIRONMENTS, type Environment } from "@/contracts/environments";
import { cn } from "@/lib/cn";

function EnvironmentLabel({ value }: { value: Environment | null }) {
  return value ? <EnvironmentBadge value={value} /> : "All";
}

/** Chooses the environment that lists show: all four choices side by side. */
export function EnvironmentSwitch({ className }: { className?: string }) {
  const environment = useEnvironment();
  const setEnvironment = useSetEnvironment();
  const held = useHeldEnvironments();
  return (
    <fieldset
      aria-label="Records shown"
      className={cn("shrink-0 rounded-lg border border-line-strong", className)}
    >
      {[null, ...held].map((value) => {
        const on = value === environment;
        return (
          <button
            key={value ?? "all"}
            type="button"
            aria-pressed={on}
            onClick={() => setEnvironment(value)}
            className={cn(
              "flex h-7 items-center border-line-strong border-r px-3 text-sm first:rounded-l-[7px] last:rounded-r-[7px] last:border-r-0",
              on ? "bg-idle-soft font-medium text-ink" : "text-ink-2 hover:bg-sunken",
            )}
          >
            <EnvironmentLabel value={value} />
          </button>
        );
      })}
    </fieldset>
  );
}

/** The same choice as a menu, for narrow screens. */
export function EnvironmentMenu({ className }: { className?: string }) {
  const environment = useEnvironment();
  const setEnvironment = useSetEnvironment();
  const held = useHeldEnvironments();
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button
          aria-label={`Records shown: ${environment ? ENVIRONMENT_DETAILS[environment].label : "All"}`}
          className={className}
        >
          <EnvironmentLabel value={environment} />
          <ChevronDown aria-hidden className="text-ink-3" />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start">
        <DropdownMenuRadioGroup
          value={environment ?? "all"}
          onValueChange={(next) => setEnvironment(ENVIRONMENTS.find((value) => value === next) ?? null)}
        >
          {[null, ...held].map((value) => (
            <DropdownMenuRadioItem key={value ?? "all"} value={value ?? "all"}>
              <EnvironmentLabel value={value} />
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
