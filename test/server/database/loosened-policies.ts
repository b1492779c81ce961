import type { Sql } from "postgres";

/** A policy with one of its conditions taken away. */
export interface LoosenedPolicy {
  table: string;
  policy: string;
  side: "USING" | "WITH CHECK";
  /** What is taken to be true, as Postgres writes it. */
  condition: string;
  /** SQL that makes the policy so, and that which puts it back. */
  loosen: string;
  restore: string;
}

interface Span {
  start: number;
  end: number;
}

/**
 * Every way to loosen a policy by one condition: the whole of it, each operand of its ANDs and ORs, and each condition of
 * a sub-select. Read from the catalog, so that a new policy is among them by itself.
 */
export async function loosenedPolicies(owner: Sql): Promise<LoosenedPolicy[]> {
  const policies = await owner<
    { table: string; policy: string; using: string | null; check: string | null }[]
  >`
    select tablename as table, policyname as policy, qual as using, with_check as check
    from pg_policies where schemaname = 'public' order by 1, 2`;
  return policies.flatMap(({ table, policy, using, check }) => {
    const sides = [
      ["USING", using],
      ["WITH CHECK", check],
    ] as const;
    return sides.flatMap(([side, expression]) => {
      if (expression === null) return [];
      const altered = (text: string) => `alter policy ${policy} on ${table} ${side.toLowerCase()} (${text})`;
      return conditionsOf(expression, { start: 0, end: expression.length }).map(({ start, end }) => ({
        table,
        policy,
        side,
        condition: expression.slice(start, end),
        loosen: altered(`${expression.slice(0, start)}true${expression.slice(end)}`),
        restore: altered(expression),
      }));
    });
  });
}

/** The condition itself, and all that it is made of. */
function conditionsOf(sql: string, whole: Span): Span[] {
  const span = withoutBrackets(sql, whole);
  const operands = operandsOf(sql, span);
  const inner = operands.length > 1 ? operands : whereOf(sql, span);
  return [span, ...inner.flatMap((one) => conditionsOf(sql, one))];
}

function withoutBrackets(sql: string, { start, end }: Span): Span {
  const around = sql[start] === "(" && closing(sql, start) === end - 1;
  return around ? withoutBrackets(sql, { start: start + 1, end: end - 1 }) : { start, end };
}

/** What stands between the ANDs or ORs that are in no brackets. Postgres puts each mixture of the two in brackets. */
function operandsOf(sql: string, { start, end }: Span): Span[] {
  const operands: Span[] = [];
  let from = start;
  for (let at = start; at < end; at++) {
    if (sql[at] === "(") at = closing(sql, at);
    const [conjunction] = /^ (?:AND|OR) /.exec(sql.slice(at, at + 5)) ?? [];
    if (!conjunction) continue;
    operands.push({ start: from, end: at });
    from = at + conjunction.length;
  }
  return [...operands, { start: from, end }];
}

/** The condition of a sub-select that is asked whether it finds anything. */
function whereOf(sql: string, { start, end }: Span): Span[] {
  if (!sql.startsWith("EXISTS (", start)) return [];
  const where = sql.indexOf("WHERE ", start);
  return where === -1 || where > end ? [] : [{ start: where + "WHERE ".length, end: end - 1 }];
}

/** Where the bracket closes that opens here. What stands in quotes are names of ours, which hold no brackets. */
function closing(sql: string, open: number): number {
  let depth = 0;
  for (let at = open; at < sql.length; at++) {
    if (sql[at] === "(") depth++;
    if (sql[at] === ")" && --depth === 0) return at;
  }
  throw new Error(`Brackets do not match: ${sql}`);
}
