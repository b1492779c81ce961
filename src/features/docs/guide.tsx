import { Marked, type Tokens } from "marked";
import type { ReactNode } from "react";
import type { Deployment } from "@/contracts/sessions";
import { GuideCode } from "./guide-code";
import "./guide.css";

const markdown = new Marked({
  renderer: {
    /** With a name, so that a part of a guide can be linked to. */
    heading({ tokens, text, depth }: Tokens.Heading): string {
      const id = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
      return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>`;
    },
    /** Wider than a phone, it scrolls by itself; what scrolls must be reachable by keyboard (WCAG 2.1.1). */
    table(token: Tokens.Table): string {
      const rows = [token.header, ...token.rows].map((cells) =>
        this.tablerow({ text: cells.map((cell) => this.tablecell(cell)).join("") }),
      );
      const [head, ...body] = rows;
      return `<div class="wide" tabindex="0" role="region" aria-label="Table"><table><thead>${head}</thead><tbody>${body.join("")}</tbody></table></div>`;
    },
  },
});

interface GuideProps {
  /** Markdown of ours, never a caller's. */
  text: string;
  /** What stands where the text has a block of code named `first-call`. */
  firstCall: ReactNode;
  deployment: Deployment;
}

/** A guide as a page: its text, and lines of code that can be copied. */
export function Guide({ text, firstCall, deployment }: GuideProps) {
  return (
    <article className="guide">
      {markdown.lexer(text).map((token, place) => {
        const key = `${place}`;
        if (token.type !== "code") {
          const html = markdown.parser([token]);
          // biome-ignore lint/security/noDangerouslySetInnerHtml: made of our own files alone, when the product is built
          return <div key={key} dangerouslySetInnerHTML={{ __html: html }} />;
        }
        if (token.lang === "first-call") return <div key={key}>{firstCall}</div>;
        return <GuideCode key={key} text={token.text} deployment={deployment} />;
      })}
    </article>
  );
}
