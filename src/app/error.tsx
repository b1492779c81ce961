"use client";

import { PageFailure } from "@/components/page-failure";

/** For pages that broke while being drawn. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <main>
      <PageFailure error={error} onRetry={reset} />
    </main>
  );
}
