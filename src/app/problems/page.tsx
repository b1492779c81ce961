import type { Metadata } from "next";
import { ProblemList } from "@/features/problems/problem-pages";

export const metadata: Metadata = { title: "Problems" };

/** Index of the pages that problem types point to. */
export default function Page() {
  return <ProblemList />;
}
