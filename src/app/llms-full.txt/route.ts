import { guideText } from "@/features/docs/guides";
import { llmsFull } from "@/features/docs/markdown";
import { markdownAnswer } from "../docs/markdown-answer";

/** All guides in one text, for language models (llmstxt.org). */
export const GET = markdownAnswer((place) => llmsFull(guideText, place));
