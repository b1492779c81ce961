import { CircleAlert } from "lucide-react";
import { Slot } from "radix-ui/slot";
import { type ReactElement, type ReactNode, type Ref, useId } from "react";
import { cn } from "@/lib/cn";
import { Label } from "./ui/label";

export interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | null;
  /** Says "optional" beside the label. What is not optional is required, and is not marked. */
  optional?: boolean;
  className?: string;
  /** For whoever moves the focus to the control, where the child was not given it. */
  controlRef?: Ref<HTMLElement>;
  /** Exactly one control: Input, Textarea, Select. It is given id, aria-describedby and aria-invalid. */
  children: ReactElement;
}

/** A control with its label, hint and error, wired to each other. */
export function Field({ label, hint, error, optional = false, className, controlRef, children }: FieldProps) {
  const id = useId();
  const hintId = hint ? `${id}-hint` : null;
  const errorId = error ? `${id}-error` : null;
  const describedBy = [errorId, hintId].filter(Boolean).join(" ") || undefined;
  return (
    <div className={cn("flex min-w-0 flex-col gap-1.5", className)}>
      <div className="flex items-baseline justify-between gap-2">
        <Label htmlFor={id}>{label}</Label>
        {optional && <span className="text-ink-3 text-xs">optional</span>}
      </div>
      <Slot ref={controlRef} id={id} aria-describedby={describedBy} aria-invalid={error ? true : undefined}>
        {children}
      </Slot>
      {error && errorId && <FieldError id={errorId}>{error}</FieldError>}
      {hint && hintId && (
        <p id={hintId} className="text-ink-3 text-xs">
          {hint}
        </p>
      )}
    </div>
  );
}

/** The text of an error under a control or a group of controls; point to it with `aria-describedby`. */
export function FieldError({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p id={id} className="flex items-start gap-1.5 text-bad text-xs">
      <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
      {children}
    </p>
  );
}
