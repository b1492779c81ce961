import Link from "next/link";
import { PROBLEM_CODES, PROBLEMS, problemPath } from "@/contracts/problems";

/** Every way in which the public API says no, by status. */
export function ProblemList() {
  return (
    <>
      <h1 className="font-semibold text-2xl">Problems</h1>
      <p className="mt-1 max-w-prose text-pretty text-ink-2">
        Every refusal of the public API is one of these. The member <span className="mono">type</span> of the
        answer leads to its page.
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
