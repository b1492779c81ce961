import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import { quickStart } from "@/lib/quick-start";
import { EXAMPLE_ORIGIN, GUIDES, type GuideEntry, markdownPath, REFERENCE } from "./guide-list";

/** What the texts name of the installation that gives them out. */
export interface DocsPlace {
  /** Where it is reached, without a slash at the end. */
  origin: string;
  keyPrefix: string;
}

const DESCRIPTION = "/api/v1/openapi.json";

/** Where a page can be read as Markdown, or by programs. */
const READABLE = new Map([
  ...GUIDES.map((guide) => [guide.path, markdownPath(guide)] as const),
  [REFERENCE.path, DESCRIPTION],
]);

/** A guide's text as a program reads it: under this installation's address, and leading to others like itself. */
export function guideMarkdown(text: string, place: DocsPlace): string {
  const { origin } = place;
  return text
    .replace(/^```first-call\n```$/m, () => firstCall(place))
    .replaceAll(EXAMPLE_ORIGIN, origin)
    .replaceAll(
      /\]\((\/[^)#]*)(#[^)]*)?\)/g,
      (_, path: string, part = "") =>
        `](${origin}${READABLE.get(path as GuideEntry["path"]) ?? path}${part})`,
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
    link("Problems", "/problems", "a page for people: what each refusal means, and what to do."),
    link("Pages", "/docs", "the guides for people."),
    link(REFERENCE.title, REFERENCE.path, REFERENCE.about),
    "",
  ].join("\n");
}

/** All guides in one, each with where it stands by itself. */
export function llmsFull(textOf: (guide: GuideEntry) => string, place: DocsPlace): string {
  const guides = GUIDES.map((guide) => {
    const [title, ...rest] = guideMarkdown(textOf(guide), place).trimEnd().split("\n");
    return [title, "", `Source: ${place.origin}${markdownPath(guide)}`, ...rest].join("\n");
  });
  return `${guides.join("\n\n")}\n`;
}
