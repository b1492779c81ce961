import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PROBLEM_WORDS } from "@/contracts/problem-words";
import { PROBLEM_CODES, PROBLEMS, problemPath } from "@/contracts/problems";
import { GUIDES, markdownPath } from "@/features/docs/guide-list";
import { guideMarkdown, llmsFull, llmsIndex, problemsMarkdown } from "@/features/docs/markdown";

const PLACE = { origin: "https://keys.acme.example", keyPrefix: "acme" };

const FILES = ["docs/webhooks.md", "docs/guard-your-service.md"].concat(
  readdirSync("docs/guides").map((name) => `docs/guides/${name}`),
);
const textOf = (file: string) => guideMarkdown(readFileSync(file, "utf8"), PLACE);

test.each(FILES)("%s names the address of the installation, and no other in its place", (file) => {
  const text = textOf(file);
  expect(text).not.toContain("keyward.example.com");
  expect(text).not.toContain("```first-call");
  expect(text).toMatch(/^# \S/);
});

test("The quick start has the lines of the first call, in each language", () => {
  const text = textOf("docs/guides/quick-start.md");
  expect(text).toContain("curl:\n\n```sh\ncurl https://keys.acme.example/api/v1/development/key \\\n");
  expect(text).toContain("acme_dev_…");
  for (const language of ["javascript", "python", "go", "php", "csharp"])
    expect(text).toContain(`\`\`\`${language}\n`);
});

test("Links lead on to Markdown and the description, by whole addresses", () => {
  const links = (text: string) => [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target);
  const text = textOf("docs/guides/quick-start.md");
  expect(links(text)).toContain("https://keys.acme.example/docs/guides/errors.md");
  expect(links(text)).toContain("https://keys.acme.example/api/v1/openapi.json");
  for (const file of FILES) {
    for (const target of links(textOf(file))) expect(target, file).toMatch(/^(https:\/\/|#)/);
  }
});

test("The index links each guide as Markdown, in the form of llmstxt.org", () => {
  const index = llmsIndex(PLACE);
  expect(index).toMatch(/^# Keyward\n\n> .+\n\n## Guides\n\n/);
  for (const guide of GUIDES) {
    const line = `- [${guide.title}](https://keys.acme.example${markdownPath(guide)}): ${guide.about}\n`;
    expect(index).toContain(line);
  }
  expect(index).toContain("(https://keys.acme.example/llms-full.txt)");
});

test("The problems have every code, with what it means and what to do, and the address that answers name", () => {
  const text = problemsMarkdown(PLACE);
  for (const code of PROBLEM_CODES) {
    const { meaning, cure } = PROBLEM_WORDS[code];
    const type = `https://keys.acme.example${problemPath(code)}`;
    expect(text).toContain(
      `\n## ${code}\n\n${PROBLEMS[code].status}, ${PROBLEMS[code].title}. \`type\`: ${type}\n\n`,
    );
    expect(text).toContain(`\n\n${meaning}\n\n${cure}\n`);
  }
  expect(llmsIndex(PLACE)).toContain("(https://keys.acme.example/docs/problems.md)");
});

test("All in one has every guide once, with where it stands", () => {
  const full = llmsFull(({ title }) => `# ${title}\n\nText of it.\n`, PLACE);
  const [first] = GUIDES;
  expect(
    full.startsWith(
      `# ${first?.title}\n\nSource: https://keys.acme.example/docs/guides/quick-start.md\n\nText`,
    ),
  ).toBe(true);
  expect(full.match(/^Source: /gm)).toHaveLength(GUIDES.length);
});
