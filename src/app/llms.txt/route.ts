import { GUIDES, REFERENCE } from "@/features/docs/guide-list";

const LINES = [
  "# Keyward",
  "",
  "> The public API of this installation: customers, licences, telemetry and jobs, by API keys that belong to one environment.",
  "",
  "## Guides",
  "",
  ...[...GUIDES, REFERENCE].map(({ title, path, about }) => `- [${title}](${path}): ${about}`),
  "",
  "## Description",
  "",
  "- [OpenAPI 3.1](/api/v1/openapi.json): all operations, schemas and errors.",
  "- [Postman collection](/api/v1/postman/collection.json): the same as requests that can be sent.",
  "- [Problems](/problems): what each refusal means, and what to do.",
  "- [keyward-client.tgz](/docs/keyward-client.tgz): the typed client for Node, Deno, Bun and browsers, as npm installs it.",
  "",
];

/** What there is to read, for language models (llmstxt.org). */
export function GET(): Response {
  return new Response(LINES.join("\n"), { headers: { "Content-Type": "text/markdown; charset=utf-8" } });
}
