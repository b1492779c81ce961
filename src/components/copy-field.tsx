"use client";

import { Check, Copy, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { copyText } from "@/lib/clipboard";
import { cn } from "@/lib/cn";
import { Button, type ButtonProps } from "./ui/button";
import { Tooltip, TooltipContent, TooltipTrigger } from "./ui/tooltip";

type Outcome = "idle" | "copied" | "failed";

const SHOW_OUTCOME_MS = 2_500;
const COPYING_FAILED = "Copying failed. Select the text and copy it by hand.";
const OUTCOME_COLORS: Record<Outcome, string> = { idle: "", copied: "text-ok", failed: "text-bad" };

interface CopyButtonProps {
  value: string;
  /** Name of the button. Say what it copies where there are several: "Copy request id". */
  label?: string;
  iconOnly?: boolean;
  variant?: ButtonProps["variant"];
  size?: ButtonProps["size"];
  className?: string;
  onCopied?: () => void;
}

/** Copies `value`, and says whether that worked: on screen and to assistive software. */
export function CopyButton({
  value,
  label = "Copy",
  iconOnly = false,
  variant = iconOnly ? "ghost" : "outline",
  size = iconOnly ? "icon-sm" : "sm",
  className,
  onCopied,
}: CopyButtonProps) {
  const [outcome, setOutcome] = useState<Outcome>("idle");
  useEffect(() => {
    if (outcome === "idle") return;
    const timer = setTimeout(() => setOutcome("idle"), SHOW_OUTCOME_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async () => {
    const copied = await copyText(value);
    setOutcome(copied ? "copied" : "failed");
    if (copied) onCopied?.();
  };
  const said = { idle: "", copied: "Copied", failed: COPYING_FAILED }[outcome];
  const Icon = { idle: Copy, copied: Check, failed: TriangleAlert }[outcome];
  return (
    <span className={cn("inline-flex", className)}>
      {/* In a portal: what a popover or a scrolling box cuts off nobody reads. */}
      <Tooltip open={outcome === "failed"}>
        <TooltipTrigger asChild>
          <Button
            variant={variant}
            size={size}
            onClick={copy}
            aria-label={iconOnly ? label : undefined}
            title={iconOnly ? label : undefined}
            className={iconOnly ? undefined : "w-full"}
          >
            <Icon aria-hidden className={iconOnly ? OUTCOME_COLORS[outcome] : undefined} />
            {!iconOnly && <span>{outcome === "copied" ? "Copied" : label}</span>}
          </Button>
        </TooltipTrigger>
        <TooltipContent>{COPYING_FAILED}</TooltipContent>
      </Tooltip>
      <span role="status" className="sr-only">
        {said}
      </span>
    </span>
  );
}

/** A value in the mono face with its copy button. Selectable as a whole, for when copying is not possible. */
export function CopyField({ value, label, className }: { value: string; label: string; className?: string }) {
  return (
    <span className={cn("inline-flex min-w-0 max-w-full items-center gap-1", className)}>
      <span className="mono min-w-0 select-all truncate" title={value}>
        {value}
      </span>
      <CopyButton value={value} label={`Copy ${label}`} iconOnly className="-my-1" />
    </span>
  );
}
