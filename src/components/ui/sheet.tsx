"use client";

import { X } from "lucide-react";
import * as DialogPrimitive from "radix-ui/dialog";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/lib/cn";
import { useReturnFocus } from "@/lib/use-return-focus";
import { Button } from "./button";

/** A drawer at the side: `<Sheet open onOpenChange>` around one {@link SheetContent}. Gives the focus back when it closes. */
export function Sheet(props: ComponentProps<typeof DialogPrimitive.Root>) {
  useReturnFocus(props.open ?? false);
  return <DialogPrimitive.Root {...props} />;
}

export const SheetTrigger = DialogPrimitive.Trigger;

const SIDES = {
  left: "left-0 border-r data-[state=open]:animate-slide-left",
  right: "right-0 border-l data-[state=open]:animate-slide-right",
} as const;

const WIDTHS = { md: "w-[min(400px,calc(100vw-40px))]", lg: "w-[min(600px,calc(100vw-24px))]" } as const;

interface SheetContentProps extends Omit<ComponentProps<typeof DialogPrimitive.Content>, "title"> {
  title: ReactNode;
  description?: ReactNode;
  side?: keyof typeof SIDES;
  width?: keyof typeof WIDTHS;
}

/** The panel of a drawer. Its body scrolls; its heading stays. */
export function SheetContent({
  title,
  description,
  side = "right",
  width = "md",
  className,
  children,
  ...props
}: SheetContentProps) {
  return (
    <DialogPrimitive.Portal>
      <DialogPrimitive.Overlay className="fixed inset-0 z-40 bg-scrim data-[state=open]:animate-appear" />
      <DialogPrimitive.Content
        {...(description ? {} : { "aria-describedby": undefined })}
        {...props}
        className={cn(
          "fixed inset-y-0 z-40 flex flex-col bg-raised shadow-overlay focus-visible:outline-none",
          SIDES[side],
          WIDTHS[width],
          className,
        )}
      >
        <div className="flex min-h-13 shrink-0 items-center justify-between gap-2 border-b py-2 pr-2 pl-4">
          <div className="min-w-0">
            <DialogPrimitive.Title className="truncate font-semibold">{title}</DialogPrimitive.Title>
            {description && (
              <DialogPrimitive.Description className="text-ink-2 text-sm">
                {description}
              </DialogPrimitive.Description>
            )}
          </div>
          <DialogPrimitive.Close asChild>
            <Button variant="ghost" size="icon" aria-label="Close">
              <X aria-hidden />
            </Button>
          </DialogPrimitive.Close>
        </div>
        <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
      </DialogPrimitive.Content>
    </DialogPrimitive.Portal>
  );
}
