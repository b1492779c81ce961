"use client";

import { PageFailure } from "@/components/page-failure";

/** For pages of the console that broke while being drawn: the shell around them stays. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return <PageFailure error={error} onRetry={reset} />;
}
