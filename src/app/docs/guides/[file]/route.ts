import { notFound } from "next/navigation";
import { GUIDES, markdownPath } from "@/features/docs/guide-list";
import { guideText } from "@/features/docs/guides";
import { guideMarkdown } from "@/features/docs/markdown";
import { markdownAnswer } from "../../markdown-answer";

const ANSWERS = new Map(
  GUIDES.map((guide) => [
    markdownPath(guide),
    markdownAnswer((place) => guideMarkdown(guideText(guide), place)),
  ]),
);

/** A guide as Markdown, for programs that read: the page of the same text says where. */
export async function GET(
  request: Request,
  { params }: RouteContext<"/docs/guides/[file]">,
): Promise<Response> {
  const answer = ANSWERS.get(`/docs/guides/${(await params).file}`) ?? notFound();
  return answer(request);
}
