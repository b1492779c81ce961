"use client";

import { TriangleAlert } from "lucide-react";
import { CopyField } from "./copy-field";
import { Button } from "./ui/button";

interface PageFailureProps {
  error: Error & { digest?: string };
  onRetry: () => void;
}

/** Stands where a page broke. The text of a server's error stays on the server; its digest finds it in the log. */
export function PageFailure({ error, onRetry }: PageFailureProps) {
  return (
    <div role="alert" className="mx-auto flex max-w-md flex-col items-center px-4 py-20 text-center">
      <TriangleAlert aria-hidden className="size-5 text-bad" />
      <h1 className="mt-3 font-semibold text-xl">This page broke</h1>
      <p className="mt-1 text-ink-2">
        Nothing you did is lost on the server. Try again; if it persists, tell whoever runs this installation.
      </p>
      {error.digest && (
        <p className="mt-3 flex items-center gap-1 text-ink-2 text-sm">
          Error id <CopyField value={error.digest} label="error id" />
        </p>
      )}
      <Button variant="primary" onClick={onRetry} className="mt-5">
        Try again
      </Button>
    </div>
  );
}
