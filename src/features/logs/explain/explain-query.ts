import type { Environment } from "@/contracts/environments";
import type { EXPLAINED_METHODS, ExplainCallInput } from "@/contracts/explain";
import type { Id } from "@/contracts/ids";
import { NO_KEY } from "@/contracts/request-queries";
import { BASE } from "../base-path";

/** What is to be explained, as the address bar has it: a call of the log, or one that nobody has to make. */
export interface ExplainQuery {
  request: Id<"req"> | null;
  /** Null: not chosen yet. */
  key: Id<"key"> | typeof NO_KEY | null;
  endpoint: Environment;
  method: (typeof EXPLAINED_METHODS)[number];
  path: string | null;
  address: string | null;
}

/** The call that nobody has to make; null while its key or its path is not chosen. */
export function explainedCall(query: Omit<ExplainQuery, "request">): ExplainCallInput | null {
  const { key, endpoint, method, path, address } = query;
  if (key === null || path === null) return null;
  return { keyId: key === NO_KEY ? null : key, environment: endpoint, method, path, address };
}

/**
 * What the door looks at of an address that was typed or pasted: the path below the base, without a query, which may
 * hold anything. The environment where the address names it.
 */
export function readTarget(typed: string): { path: string; environment: Environment | null } {
  const local = typed.trim().replace(/^https?:\/\/[^/?#]*/i, "");
  const [path = ""] = local.split(/[?#]/, 1);
  const environment = BASE.exec(path)?.[1];
  // The expression lets no other word through.
  return { path: path.replace(BASE, ""), environment: (environment as Environment | undefined) ?? null };
}
