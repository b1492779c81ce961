"use client";

import { X } from "lucide-react";
import * as DialogPrimitive from "radix-ui/dialog";
import type { ComponentProps, FocusEvent, ReactNode } from "react";
import { cn } from "@/lib/cn";
import { useReturnFocus } from "@/lib/use-return-focus";
import { Button } from "./button";

/** A modal: `<Dialog open onOpenChange>` around one {@link DialogContent}. Gives the focus back when it closes. */
export function Dialog(props: ComponentProps<typeof DialogPrimitive.Root>) {
  useReturnFocus(props.open ?? false);
  return <DialogPrimitive.Root {...props} />;
}

const SIZES = { sm: "max-w-[440px]", md: "max-w-[560px]", lg: "max-w-[720px]" } as const;

interface DialogContentProps extends Omit<ComponentProps<typeof DialogPrimitive.Content>, "title"> {
  title: ReactNode;
  description?: ReactNode;
  size?: keyof typeof SIZES;
  /** When false, neither Esc nor a press outside closes it, and it has no cross: only its own buttons do. */
  dismissible?: boolean;
  /**
   * For a long form: its heading and its {@link FormFooter} stay in sight, and the {@link DialogBody} between them
   * scrolls. Beside each other, not above it, so that neither hides what has the focus (WCAG 2.2, 2.4.11).
   */
  fixedFooter?: boolean;
}

/** As high as the screen, less the scrim's padding around it. */
const FITS_THE_SCREEN =
  "tall:flex tall:max-h-[calc(100dvh-24px)] tall:flex-col tall:sm:max-h-[calc(100dvh-48px)]";

function refuse(event: { preventDefault: () => void }) {
  event.preventDefault();
}

/**
 * Shows what the keyboard has gone to. The focus trap moves from the last element to the first without scrolling, and of a
 * text area browsers show the line with the caret (WCAG 2.2, 2.4.11). Not for a press: what moves away is not pressed.
 */
function showFocused({ target }: FocusEvent<HTMLElement>) {
  if (target.matches(":focus-visible")) target.scrollIntoView({ block: "nearest" });
}

/** The panel of a modal, with its heading. Scrolls as a whole where the screen is short, unless told otherwise. */
export function DialogContent({
  title,
  description,
  size = "md",
  dismissible = true,
  fixedFooter = false,
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
          onFocus={showFocused}
          {...props}
          className={cn(
            "relative w-full rounded-2xl border bg-raised p-5 shadow-overlay data-[state=open]:animate-rise sm:p-6",
            "focus-visible:outline-none",
            SIZES[size],
            fixedFooter && FITS_THE_SCREEN,
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

/** For what lies between a dialog with `fixedFooter` and its {@link DialogBody}, such as the form around it. */
export const DIALOG_COLUMN = "tall:flex tall:min-h-0 tall:flex-col";

/** What scrolls in a dialog with `fixedFooter`. As wide as the panel, so that no focus ring is cut at its sides. */
export function DialogBody({ className, ...props }: ComponentProps<"div">) {
  return (
    <div
      {...props}
      className={cn(
        "-mx-5 mt-3 px-5 pt-1 pb-5 sm:-mx-6 sm:px-6 tall:min-h-0 tall:overflow-y-auto",
        className,
      )}
    />
  );
}

/** The buttons of a modal, the deciding one last. */
export function DialogFooter({ className, ...props }: ComponentProps<"div">) {
  return <div {...props} className={cn("mt-6 flex flex-wrap items-center justify-end gap-2", className)} />;
}
