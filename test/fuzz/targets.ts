import fc from "fast-check";
import { hostileCursor, hostileText } from "./hostile";

/** What becomes of a path that would have passed. */
export type PathPlan =
  /** In the place of its last segment, or of an id where it has one. */
  { segment: string } | { insert: string; at: number } | { encode: number };

export const pathPlan: fc.Arbitrary<PathPlan> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ segment: hostileText }) },
  {
    weight: 3,
    arbitrary: fc.record({
      insert: fc.constantFrom(
        "/",
        "//",
        "/./",
        "/../",
        "/%2e%2e/",
        "%2F",
        "%",
        "%ff",
        "%00",
        ";",
        "#",
        "\\",
        "\u00e9",
        "x",
        "~",
      ),
      at: fc.nat(120),
    }),
  },
  { weight: 1, arbitrary: fc.record({ encode: fc.nat(120) }) },
);

/** Query parameters, or a query that is no list of any. */
export type QueryPlan = { parameters: [string | number, string][] } | { raw: string };

export const queryPlan: fc.Arbitrary<QueryPlan> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      parameters: fc.array(
        // A number is that one of the route's own parameters.
        fc.tuple(
          fc.oneof({ weight: 4, arbitrary: fc.nat(12) }, { weight: 1, arbitrary: hostileText }),
          fc.oneof(hostileText, hostileCursor, fc.integer().map(String), fc.constantFrom("1", "100", "true")),
        ),
        { maxLength: 3 },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ raw: fc.oneof(fc.webQueryParameters(), fc.string({ unit: "binary" })) }),
  },
);

/** The request target of a plan; Latin-1, as Node sends it. @param own the names of the route's query parameters */
export function targetOf(
  sample: string,
  { path, query }: { path?: PathPlan | undefined; query?: QueryPlan | undefined },
  own: readonly string[],
): string {
  const mark = sample.indexOf("?");
  const [bare, search] = mark < 0 ? [sample, ""] : [sample.slice(0, mark), sample.slice(mark)];
  const changed = path ? changedPath(bare, path) : bare;
  // No blank or control character comes through any HTTP client.
  return (changed + (query ? `?${queryOf(query, own)}` : search)).replace(/[^\x21-\xff]+/g, encoded);
}

function changedPath(path: string, plan: PathPlan): string {
  if ("segment" in plan) {
    const segment = encoded(plan.segment);
    const id = /\/[a-z]{3}_[0-9a-z]{26}(?=\/|$)/;
    return id.test(path)
      ? path.replace(id, () => `/${segment}`)
      : path.replace(/\/[^/]*$/, () => `/${segment}`);
  }
  if ("insert" in plan) {
    // Behind the first slash: before it, it would be no request of HTTP.
    const at = 1 + (plan.at % path.length);
    return path.slice(0, at) + plan.insert + path.slice(at);
  }
  const at = 1 + (plan.encode % (path.length - 1));
  return `${path.slice(0, at)}%${path.charCodeAt(at).toString(16)}${path.slice(at + 1)}`;
}

function queryOf(plan: QueryPlan, own: readonly string[]): string {
  if ("raw" in plan) return plan.raw;
  const pairs = plan.parameters.map(([name, value]): [string, string] => [
    typeof name === "string" ? name : (own[name % Math.max(1, own.length)] ?? "limit"),
    value,
  ]);
  return new URLSearchParams(pairs).toString();
}

/** Percent-encoded; halves of surrogate pairs have no encoding, and become what Buffer makes of them. */
export function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}
