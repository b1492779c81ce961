import { readFileSync } from "node:fs";

/**
 * The blocks of code of one language in a document, in its order: so that what people copy is what a test has run.
 * @throws Error where there is none
 */
export function codeBlocks(document: string, language: string): string[] {
  const found = readFileSync(document, "utf8").matchAll(
    new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm"),
  );
  const blocks = [...found].map(([, block = ""]) => block);
  if (blocks.length === 0) throw new Error(`${document} has no block of ${language}`);
  return blocks;
}
