"use client";

import { LoaderCircle } from "lucide-react";
import { Slot } from "radix-ui/slot";
import type { ComponentProps, MouseEvent } from "react";
import { cn } from "@/lib/cn";

const VARIANTS = {
  primary: "border-accent bg-accent text-accent-ink hover:border-accent-strong hover:bg-accent-strong",
  outline: "border-line-strong bg-surface text-ink hover:bg-sunken",
  ghost: "border-transparent bg-transparent text-ink-2 hover:bg-idle-soft hover:text-ink",
  danger: "border-bad/40 bg-surface text-bad hover:bg-bad-soft",
  "danger-solid": "border-bad bg-bad text-bad-ink hover:border-bad-strong hover:bg-bad-strong",
} as const;

const SIZES = {
  sm: "h-7 gap-1.5 px-2.5 text-sm",
  md: "h-8.5 gap-2 px-3 text-sm",
  icon: "size-8.5 text-sm",
  "icon-sm": "size-7 text-sm",
} as const;

export interface ButtonProps extends ComponentProps<"button"> {
  variant?: keyof typeof VARIANTS;
  size?: keyof typeof SIZES;
  /** Renders the single child (a link) with the looks of a button. */
  asChild?: boolean;
  /** Work is under way: shows a spinner, keeps the focus, and ignores further presses. */
  pending?: boolean;
}

/** A button. `type` is "button" unless said otherwise, so that none submits a form by accident. */
export function Button({
  variant = "outline",
  size = "md",
  asChild = false,
  pending = false,
  type = "button",
  className,
  onClick,
  children,
  ...props
}: ButtonProps) {
  const classes = cn(
    "inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap rounded-lg border font-medium no-underline",
    "transition-colors duration-100 disabled:opacity-50 aria-disabled:opacity-50 disabled:pointer-events-none",
    "[&_svg]:size-4 [&_svg]:shrink-0",
    VARIANTS[variant],
    SIZES[size],
    className,
  );
  if (asChild) {
    return (
      <Slot className={classes} onClick={onClick} {...props}>
        {children}
      </Slot>
    );
  }
  const inert = pending || props["aria-disabled"] === true || props["aria-disabled"] === "true";
  // Not `disabled`: that would drop the keyboard's focus to the page. Preventing the click also stops the form's submit.
  const guard = (event: MouseEvent<HTMLButtonElement>) => {
    if (inert) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button
      {...props}
      type={type}
      className={classes}
      onClick={guard}
      aria-busy={pending || undefined}
      aria-disabled={inert || undefined}
    >
      {pending && <LoaderCircle aria-hidden className="animate-spin" />}
      {children}
    </button>
  );
}
