import { llmsIndex } from "@/features/docs/markdown";
import { markdownAnswer } from "../docs/markdown-answer";

/** What there is to read, for language models (llmstxt.org). */
export const GET = markdownAnswer(llmsIndex);
