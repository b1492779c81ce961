import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PROBLEM_CODES, PROBLEMS, type ProblemCode, problemPath } from "@/contracts/problems";
import { ProblemArticle } from "@/features/problems/problem-article";
import { ProblemFrame } from "@/features/problems/problem-frame";

/** The problem whose page this path is; paths have dashes where codes have underscores. */
function problemAt(segment: string): ProblemCode {
  return PROBLEM_CODES.find((code) => problemPath(code) === `/problems/${segment}`) ?? notFound();
}

export async function generateMetadata({ params }: PageProps<"/problems/[code]">): Promise<Metadata> {
  return { title: PROBLEMS[problemAt((await params).code)].title };
}

/** Explains one problem to whoever followed the `type` of an answer. */
export default async function Page({ params }: PageProps<"/problems/[code]">) {
  return (
    <ProblemFrame>
      <ProblemArticle code={problemAt((await params).code)} />
    </ProblemFrame>
  );
}
