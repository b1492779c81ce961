import type { Metadata } from "next";
import { ProblemFrame } from "@/features/problems/problem-frame";
import { ProblemList } from "@/features/problems/problem-list";

export const metadata: Metadata = { title: "Problems" };

/** Index of the pages that problem types point to. */
export default function Page() {
  return (
    <ProblemFrame>
      <ProblemList />
    </ProblemFrame>
  );
}
