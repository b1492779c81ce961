import { readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";
import { readEnv, SETTING_NAMES } from "@/env";

/** What stands above a setting in src/env.ts, without the comment's own signs. */
function reasonsInSource(): Map<string, string> {
  const source = ts.createSourceFile(
    "env.ts",
    readFileSync("src/env.ts", "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  const reasons = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && SETTING_NAMES.includes(node.name.getText(source))) {
      const text = ts
        .getJSDocCommentsAndTags(node)
        .map((comment) => comment.getText(source))
        .join(" ");
      reasons.set(
        node.name.getText(source),
        text
          .replace(/^\/\*\*|\s*\*\/$|\n\s*\*(?!\/)/g, " ")
          .replace(/\s+/g, " ")
          .trim(),
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return reasons;
}

/** As lines of a comment, cut between words after at most a hundred characters. */
function commented(text: string): string[] {
  return (text.match(/.{1,98}(?=\s|$)/g) ?? []).map((line) => `# ${line.trim()}`);
}

test(".env.example names every setting with its reason and its default, as src/env.ts has them", async () => {
  const defaults: Record<string, unknown> = { ...readEnv({}), DATA_DIR: ".data" };
  const reasons = reasonsInSource();
  const entries = SETTING_NAMES.map((name) => {
    const value = defaults[name];
    const shown = Array.isArray(value) ? value.join() : String(value ?? "");
    return [...commented(reasons.get(name) ?? ""), `# ${name}=${shown}`].filter(Boolean).join("\n");
  });
  const head =
    "# Every setting is optional. Made from src/env.ts: npx vitest run test/architecture/env-example.test.ts -u";
  await expect(`${[head, ...entries].join("\n\n")}\n`).toMatchFileSnapshot("../../.env.example");
});
