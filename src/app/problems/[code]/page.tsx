import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PROBLEM_CODES, PROBLEMS, type ProblemCode, problemPath } from "@/contracts/problems";
import { ProblemArticle } from "@/features/problems/problem-pages";

/** The problem whose page this path is. Paths have dashes where codes have underscores; who types a code gets it as well. */
function problemAt(segment: string): ProblemCode {
  const path = `/problems/${segment.replaceAll("_", "-")}`;
  return PROBLEM_CODES.find((code) => problemPath(code) === path) ?? notFound();
}

export async function generateMetadata({ params }: PageProps<"/problems/[code]">): Promise<Metadata> {
  return { title: PROBLEMS[problemAt((await params).code)].title };
}

/** Explains one problem to whoever followed the `type` of an answer. */
export default async function Page({ params }: PageProps<"/problems/[code]">) {
  return <ProblemArticle code={problemAt((await params).code)} />;
}
