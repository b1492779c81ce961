import { CodeBlock } from "@/components/code-block";
import { Link } from "@/components/link";
import { PROBLEM_WORDS } from "@/contracts/problem-words";
import { PROBLEM_CODES, PROBLEMS, type ProblemCode, problemPath } from "@/contracts/problems";

/** Every way in which the public API says no, by status. */
export function ProblemList() {
  return (
    <>
      <h1 className="font-semibold text-2xl">Problems</h1>
      <p className="mt-1 max-w-prose text-pretty text-ink-2">
        Every refusal of the public API is one of these; some are the console’s alone, and say so. The member{" "}
        <span className="mono">type</span> of the answer leads to its page.
      </p>
      <ul className="mt-6 overflow-hidden rounded-xl border bg-surface">
        {PROBLEM_CODES.map((code) => (
          <li key={code} className="border-b last:border-b-0">
            <Link
              href={problemPath(code)}
              className="grid grid-cols-[48px_minmax(0,1fr)] items-center gap-x-3 px-4 py-3 no-underline hover:bg-sunken focus-visible:-outline-offset-2 sm:grid-cols-[48px_minmax(0,1fr)_auto]"
            >
              <span className="text-ink-2 tabular-nums">{PROBLEMS[code].status}</span>
              <span>{PROBLEMS[code].title}</span>
              <span className="mono col-start-2 text-ink-3 sm:col-start-3">{code}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What one refusal means, what to do about it, and how it looks on the wire. */
export function ProblemArticle({ code }: { code: ProblemCode }) {
  const { status, title } = PROBLEMS[code];
  const { meaning, cure } = PROBLEM_WORDS[code];
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
