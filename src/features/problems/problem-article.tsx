import { CodeBlock } from "@/components/code-block";
import { PROBLEMS, type ProblemCode, problemPath } from "@/contracts/problems";

/** What one refusal means, what to do about it, and how it looks on the wire. */
export function ProblemArticle({ code }: { code: ProblemCode }) {
  const { status, title, meaning, cure } = PROBLEMS[code];
  return (
    <article>
      <p className="mono text-ink-2">
        {status} <span className="text-ink-3">·</span> {code}
      </p>
      <h1 className="mt-1 font-semibold text-2xl">{title}</h1>
      <h2 className="mt-6 font-medium">What it means</h2>
      <p className="mt-1 max-w-prose text-pretty text-ink-2">{meaning}</p>
      <h2 className="mt-6 font-medium">What to do</h2>
      <p className="mt-1 max-w-prose text-pretty text-ink-2">{cure}</p>
      <h2 className="mt-6 font-medium">How it looks</h2>
      <p className="mt-1 max-w-prose text-ink-2">
        As <span className="mono">application/problem+json</span> (RFC 9457). Branch on{" "}
        <span className="mono">code</span>; the text of <span className="mono">detail</span> may change.
      </p>
      <CodeBlock text={exampleOf(code)} className="mt-3" />
    </article>
  );
}

function exampleOf(code: ProblemCode): string {
  const { status, title } = PROBLEMS[code];
  const example = {
    type: `https://keyward.example${problemPath(code)}`,
    title,
    status,
    detail: "…",
    instance: "/api/v1/…",
    code,
    requestId: "req_…",
  };
  return JSON.stringify(example, null, 2);
}
