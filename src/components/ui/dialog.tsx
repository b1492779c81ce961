"use client";

import { X } from "lucide-react";
import * as DialogPrimitive from "radix-ui/dialog";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/lib/cn";
import { useReturnFocus } from "@/lib/use-return-focus";
import { Button } from "./button";

/** A modal: `<Dialog open onOpenChange>` around one {@link DialogContent}. Gives the focus back when it closes. */
export function Dialog(props: ComponentProps<typeof DialogPrimitive.Root>) {
  useReturnFocus(props.open ?? false);
  return <DialogPrimitive.Root {...props} />;
}

export const DialogClose = DialogPrimitive.Close;

const SIZES = { sm: "max-w-[440px]", md: "max-w-[560px]", lg: "max-w-[720px]" } as const;

interface DialogContentProps extends Omit<ComponentProps<typeof DialogPrimitive.Content>, "title"> {
  title: ReactNode;
  description?: ReactNode;
  size?: keyof typeof SIZES;
  /** When false, neither Esc nor a press outside closes it, and it has no cross: only its own buttons do. */
  dismissible?: boolean;
}

function refuse(event: { preventDefault: () => void }) {
  event.preventDefault();
}

/** The panel of a modal, with its heading. Scrolls inside itself where the screen is short. */
export function DialogContent({
  title,
  description,
  size = "md",
  dismissible = true,
  className,
  children,
  ...props
}: DialogContentProps) {
  const hold = dismissible
    ? {}
    : { onEscapeKeyDown: refuse, onPointerDownOutside: refuse, onInteractOutside: refuse };
  return (
    <DialogPrimitive.Portal>
      <DialogPrimitive.Overlay className="fixed inset-0 z-40 grid grid-cols-[minmax(0,1fr)] place-items-center overflow-y-auto bg-scrim p-3 data-[state=open]:animate-appear sm:p-6">
        <DialogPrimitive.Content
          {...hold}
          {...(description ? {} : { "aria-describedby": undefined })}
          {...props}
          className={cn(
            "relative w-full rounded-2xl border bg-raised p-5 shadow-overlay data-[state=open]:animate-rise sm:p-6",
            "focus-visible:outline-none",
            SIZES[size],
            className,
          )}
        >
          <DialogPrimitive.Title className={cn("break-words font-semibold text-lg", dismissible && "pr-8")}>
            {title}
          </DialogPrimitive.Title>
          {description && (
            <DialogPrimitive.Description className="mt-1 text-ink-2">
              {description}
            </DialogPrimitive.Description>
          )}
          {children}
          {dismissible && (
            <DialogPrimitive.Close asChild>
              <Button
                variant="ghost"
                size="icon"
                aria-label="Close"
                className="absolute top-3 right-3 sm:top-4 sm:right-4"
              >
                <X aria-hidden />
              </Button>
            </DialogPrimitive.Close>
          )}
        </DialogPrimitive.Content>
      </DialogPrimitive.Overlay>
    </DialogPrimitive.Portal>
  );
}

/** The buttons of a modal, the deciding one last. */
export function DialogFooter({ className, ...props }: ComponentProps<"div">) {
  return <div {...props} className={cn("mt-6 flex flex-wrap items-center justify-end gap-2", className)} />;
}
