/** A page for whoever writes a program against the public API. */
export interface GuideEntry {
  title: string;
  path: `/docs${string}`;
  /** What one finds there, in one line. */
  about: string;
}

/** The guides, in the order in which one reads them; guides.ts has their texts. */
export const GUIDES: readonly GuideEntry[] = [
  {
    title: "Quick start",
    path: "/docs",
    about: "From a key to the first accepted call, and a licence sold and activated.",
  },
  {
    title: "Authentication",
    path: "/docs/authentication",
    about: "How a key is sent, what it opens, and in what order it is checked.",
  },
  {
    title: "Errors",
    path: "/docs/errors",
    about: "Problem documents, their codes, and which answers are worth repeating.",
  },
  {
    title: "Rate limits and retries",
    path: "/docs/rate-limits",
    about: "The limits of a key, the headers that tell of them, and how to repeat a call.",
  },
  { title: "Pagination", path: "/docs/pagination", about: "Lists by cursor, stable while they grow." },
  {
    title: "Idempotency",
    path: "/docs/idempotency",
    about: "How a POST is sent again without its being done twice.",
  },
  { title: "Background jobs", path: "/docs/jobs", about: "Work that takes longer than a call." },
  {
    title: "Webhooks",
    path: "/docs/webhooks",
    about: "Events posted to a server of yours, signed, in order, at least once.",
  },
  {
    title: "Hand out keys",
    path: "/docs/hand-out-keys",
    about: "A backend that makes keys for its own customers, within what its own key may do.",
  },
  {
    title: "TypeScript client",
    path: "/docs/typescript-client",
    about: "Types, retries, pages, jobs and webhooks by a package.",
  },
  {
    title: "Guard a service",
    path: "/docs/guard-your-service",
    about: "How keys open services of your own, asked by a reverse proxy or by the service itself.",
  },
  {
    title: "Versions",
    path: "/docs/versioning",
    about: "What may change within a version, and how its end is told of.",
  },
];

/** The address in the texts of the guides, for that of the installation. */
export const EXAMPLE_ORIGIN = "https://keyward.example.com";

/** Where a guide is to be had as Markdown. */
export function markdownPath({ path }: GuideEntry): string {
  return `/docs/guides/${path.split("/")[2] ?? "quick-start"}.md`;
}

/** Where what each refusal means is to be had as Markdown, all of them in one. */
export const PROBLEMS_MARKDOWN = "/docs/problems.md";

/** Every operation, made of the OpenAPI description. */
export const REFERENCE: GuideEntry = {
  title: "Reference",
  path: "/docs/reference",
  about: "Every operation with its parameters, answers and examples, and a form to try it.",
};
