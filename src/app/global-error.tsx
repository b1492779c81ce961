"use client";

import "./globals.css";

import { PageFailure } from "@/components/page-failure";

/** For when even the root layout broke; it stands in its place, so it brings a document of its own. */
export default function GlobalError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <html lang="en">
      <body>
        <title>Keyward</title>
        <main>
          <PageFailure error={error} onRetry={reset} />
        </main>
      </body>
    </html>
  );
}
