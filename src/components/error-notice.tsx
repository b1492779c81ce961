"use client";

import { CircleAlert } from "lucide-react";
import { cn } from "@/lib/cn";
import { describeError } from "@/lib/errors";
import { CopyField } from "./copy-field";
import { Button } from "./ui/button";

interface ErrorNoticeProps {
  /** Whatever was thrown; {@link describeError} reads it. */
  error: unknown;
  /** In place of the error's own text. */
  message?: string;
  onRetry?: () => void;
  className?: string;
}

/** A failure in words, with the request id that leads the operator to its details, and a way to try again. */
export function ErrorNotice({ error, message, onRetry, className }: ErrorNoticeProps) {
  const described = describeError(error);
  return (
    <div
      role="alert"
      className={cn(
        "flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg bg-bad-soft px-3 py-2.5 text-bad text-sm",
        className,
      )}
    >
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 flex-1">
        <p className="break-words">{message ?? described.message}</p>
        {described.requestId && (
          <p className="flex min-w-0 items-center gap-1 text-ink-2 text-xs">
            <span className="shrink-0">Request id</span>
            <CopyField value={described.requestId} label="request id" />
          </p>
        )}
      </div>
      {onRetry && (
        <Button size="sm" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
