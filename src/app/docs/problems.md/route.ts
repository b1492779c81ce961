import { problemsMarkdown } from "@/features/docs/markdown";
import { markdownAnswer } from "../markdown-answer";

/** What every refusal means and what to do, as Markdown: the pages below /problems say where. */
export const GET = markdownAnswer(problemsMarkdown);
