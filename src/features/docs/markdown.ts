import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import { PROBLEM_WORDS } from "@/contracts/problem-words";
import { PROBLEM_CODES, PROBLEMS, type ProblemCode, problemPath } from "@/contracts/problems";
import { quickStart } from "@/lib/quick-start";
import {
  EXAMPLE_ORIGIN,
  GUIDES,
  type GuideEntry,
  markdownPath,
  PROBLEMS_MARKDOWN,
  REFERENCE,
} from "./guide-list";

/** What the texts name of the installation that gives them out. */
export interface DocsPlace {
  /** Where it is reached, without a slash at the end. */
  origin: string;
  keyPrefix: string;
}

const DESCRIPTION = "/api/v1/openapi.json";

/** Where a page can be read as Markdown, or by programs. */
const READABLE = new Map<string, string>([
  ...GUIDES.map((guide) => [guide.path, markdownPath(guide)] as const),
  [REFERENCE.path, DESCRIPTION],
  ["/problems", PROBLEMS_MARKDOWN],
]);

/** A guide's text as a program reads it: under this installation's address, and leading to others like itself. */
export function guideMarkdown(text: string, place: DocsPlace): string {
  const { origin } = place;
  return text
    .replace(/^```first-call\n```$/m, () => firstCall(place))
    .replaceAll(EXAMPLE_ORIGIN, origin)
    .replaceAll(
      /\]\((\/[^)#]*)(#[^)]*)?\)/g,
      (_, path: string, part = "") => `](${origin}${READABLE.get(path) ?? path}${part})`,
    );
}

/** The same lines as on the page, with a key for trying things out. */
function firstCall({ origin, keyPrefix }: DocsPlace): string {
  const key = `${keyPrefix}_${ENVIRONMENT_DETAILS.development.slug}_…`;
  return quickStart(`${origin}/api/v1/development`, key)
    .map(({ label, language, text }) => `${label}:\n\n\`\`\`${language}\n${text}\n\`\`\``)
    .join("\n\n");
}

/** What there is to read, for language models (llmstxt.org). */
export function llmsIndex({ origin }: DocsPlace): string {
  const link = (title: string, path: string, about: string) => `- [${title}](${origin}${path}): ${about}`;
  return [
    "# Keyward",
    "",
    "> The public API of this installation: customers, licences, telemetry, jobs, keys and webhooks, by API keys that belong to one environment.",
    "",
    "## Guides",
    "",
    ...GUIDES.map((guide) => link(guide.title, markdownPath(guide), guide.about)),
    link("All guides", "/llms-full.txt", "the same in one file."),
    link("Problems", PROBLEMS_MARKDOWN, "what each refusal means, and what to do, by its `code`."),
    "",
    "## Description",
    "",
    link("OpenAPI 3.1", DESCRIPTION, "all operations, schemas, examples and errors."),
    link(
      "keyward-client.tgz",
      "/docs/keyward-client.tgz",
      "the typed client for Node, Deno, Bun and browsers, as npm installs it.",
    ),
    "",
    "## Optional",
    "",
    link(
      "Postman collection",
      "/api/v1/postman/collection.json",
      "the operations as requests that can be sent.",
    ),
    link("Pages", "/docs", "the guides for people."),
    link(REFERENCE.title, REFERENCE.path, REFERENCE.about),
    "",
  ].join("\n");
}

/** What every refusal means and what to do about it, in one. */
export function problemsMarkdown({ origin }: DocsPlace): string {
  const problem = (code: ProblemCode) => {
    const { status, title } = PROBLEMS[code];
    const { meaning, cure } = PROBLEM_WORDS[code];
    return [`## ${code}`, `${status}, ${title}. \`type\`: ${origin}${problemPath(code)}`, meaning, cure].join(
      "\n\n",
    );
  };
  const intro =
    "Every refusal of the public API is one of these, as `application/problem+json` (RFC 9457); some are the console’s alone, and say so. A program decides by `code`: the text of `detail` may change.";
  return `${["# Problems", intro, ...PROBLEM_CODES.map(problem)].join("\n\n")}\n`;
}

/** All guides in one, each with where it stands by itself. */
export function llmsFull(textOf: (guide: GuideEntry) => string, place: DocsPlace): string {
  const guides = GUIDES.map((guide) => {
    const [title, ...rest] = guideMarkdown(textOf(guide), place).trimEnd().split("\n");
    return [title, "", `Source: ${place.origin}${markdownPath(guide)}`, ...rest].join("\n");
  });
  return `${guides.join("\n\n")}\n`;
}
