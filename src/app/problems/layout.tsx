import type { ReactNode } from "react";
import { PublicHeader } from "@/features/docs/docs-frame";

/** The pages that explain refusals: for integrators, who have no account here. */
export default function Layout({ children }: { children: ReactNode }) {
  return (
    <>
      <PublicHeader />
      <main className="mx-auto max-w-190 px-4 py-8 sm:px-6 sm:py-10">{children}</main>
    </>
  );
}
