import type { ReactNode } from "react";
import { GuideFrame } from "@/features/docs/docs-frame";

/** What stands around each guide. */
export default function Layout({ children }: { children: ReactNode }) {
  return <GuideFrame>{children}</GuideFrame>;
}
