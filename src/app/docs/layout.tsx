import type { Metadata } from "next";
import type { ReactNode } from "react";
import { PublicHeader } from "@/features/docs/docs-frame";

export const metadata: Metadata = { title: { default: "Guides", template: "%s · Keyward API" } };

/** For integrators: whoever writes a program needs no account to read how. */
export default function Layout({ children }: { children: ReactNode }) {
  return (
    <>
      <PublicHeader />
      {children}
    </>
  );
}
