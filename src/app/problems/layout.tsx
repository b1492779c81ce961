import type { ReactNode } from "react";
import { PublicHeader } from "@/features/docs/docs-frame";
import { PROBLEMS_MARKDOWN } from "@/features/docs/guide-list";

/** The pages that explain refusals: for integrators, who have no account here. */
export default function Layout({ children }: { children: ReactNode }) {
  return (
    <>
      {/* For programs that read, as on the guides. */}
      <link rel="alternate" type="text/markdown" href={PROBLEMS_MARKDOWN} />
      <PublicHeader />
      <main className="mx-auto max-w-190 px-4 py-8 sm:px-6 sm:py-10">{children}</main>
    </>
  );
}
