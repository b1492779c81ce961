import { and, desc, eq } from "drizzle-orm";
import type { z } from "zod";
import type { Environment } from "@/contracts/environments";
import type { Explanation, RequestExplanation } from "@/contracts/explain";
import type { Id } from "@/contracts/ids";
import { CHECKS, decisionTrace, type TraceStep } from "@/contracts/requests";
import { type ExplainCallInput, explainCallSchema, explainRequestSchema } from "@/contracts/schemas/explain";
import { type AuthResult, authenticate } from "@/gateway/authenticate/checks";
import { isDefined } from "@/gateway/authenticate/defined-permissions";
import { findKeyById } from "@/gateway/authenticate/verified-key";
import { canonicalAddress } from "@/server/core/addresses";
import { authorize } from "@/server/core/authorize";
import { type AppError, notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { hasRequestId, pathOf } from "@/server/database/request-columns";
import { apiKeys, requests } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "@/server/services/context";
import { requireReachableKey, withinReach } from "@/server/services/reach";
import { readingsOf } from "./request-log/rows";
import { isGate, resolveRoute } from "./routes";
import { refusalElsewhere } from "./routes/verification";

/** What serves a path: a route, or the refusal of a path without one. */
type Target = { route: { name: string; permission: string | null } } | { refusal: AppError };

interface Caller {
  keyId: Id<"key"> | null;
  environment: Environment;
  address: string | null;
  /** Of the page that calls; null: none, or nobody knows. */
  origin: string | null;
}

/** Settings of the gateway that its checks go by. */
interface GatewaySettings {
  /** AUTH_FAILURES_PER_MINUTE. */
  authFailuresPerMinute: number;
}

/**
 * What the gateway would say to a call with this key at this moment. Runs the very checks of the gateway, with two parts
 * exchanged: the key is found by its id instead of its secret, and the limiter is only looked at, so that explaining
 * uses nothing up.
 */
export async function explainCall(
  ctx: ServiceContext,
  input: ExplainCallInput,
  settings: GatewaySettings,
): Promise<Explanation> {
  authorize(ctx, "keys:read");
  const { method, path, ...caller } = parse(explainCallSchema, input);
  if (caller.keyId !== null) await requireReachableKey(ctx, caller.keyId);
  const target = resolveRoute({ environment: caller.environment, method, path });
  return explain(ctx, caller, target, settings);
}

async function explain(
  ctx: ServiceContext,
  caller: Caller,
  target: Target,
  { authFailuresPerMinute }: GatewaySettings,
): Promise<Explanation> {
  const { keyId, environment, origin } = caller;
  if ("refusal" in target)
    return explanation({ refusedBy: null, refusal: target.refusal, key: null, limits: null }, null);
  const { route } = target;
  const address = caller.address === null ? null : canonicalAddress(caller.address);
  const credentials = keyId === null ? [] : [keyId];
  const decision = await authenticate(
    { credentials, environment, address, origin, permission: route.permission },
    {
      isWellFormed: () => true,
      findKey: () => (keyId === null ? Promise.resolve(null) : findKeyById(ctx, keyId)),
      countLimit: (subject, policies) => ctx.limiter.peek(subject, policies),
      isDefined: (permission) => isDefined(ctx, permission, ctx.databases.owner),
      authFailuresPerMinute,
    },
  );
  const refusal = decision.refusal ?? (decision.key && isGate(route) ? refusalElsewhere(decision.key) : null);
  return explanation({ ...decision, refusal }, route);
}

function explanation(
  { refusedBy, refusal, key, limits }: AuthResult,
  route: { name: string; permission: string | null } | null,
): Explanation {
  return {
    steps: route === null ? SKIPPED : decisionTrace(refusedBy),
    refusedBy,
    refusal: refusal && { status: refusal.status, code: refusal.code, detail: refusal.detail },
    route: route?.name ?? null,
    permission: route?.permission ?? null,
    key: key && { id: key.id, name: key.name },
    usedSecret: null,
    limits: readingsOf(limits) ?? null,
  };
}

const SKIPPED: TraceStep[] = CHECKS.map((check) => ({ check, outcome: "skipped" }));

/**
 * What became of a call in the log, and what would become of it now. Of several calls with one request id (they sent the
 * same traceparent) the latest.
 * @throws AppError not_found when it is not in the log, or not any more
 */
export async function explainRequest(
  ctx: ServiceContext,
  input: z.input<typeof explainRequestSchema>,
  settings: GatewaySettings,
): Promise<RequestExplanation> {
  authorize(ctx, "keys:read");
  const { requestId } = parse(explainRequestSchema, input);
  const [found] = await withDatabase(ctx, (db) =>
    db
      .select({ row: requests, keyName: apiKeys.name })
      .from(requests)
      .leftJoin(apiKeys, eq(apiKeys.id, requests.keyId))
      .where(and(hasRequestId(requestId), withinReach(ctx, requests.environment)))
      .orderBy(desc(requests.at), desc(requests.rowId))
      .limit(1),
  );
  if (!found) throw notFound();
  const { row, keyName } = found;
  const { route: name, permission, keyId, environment, address } = row;
  // Kept with the other headers, where the settings ask for them.
  const origin = row.requestHeaders?.origin ?? null;
  const isTold = keyId !== null && name !== null && (row.refusedBy !== "origin" || origin !== null);
  return {
    requestId,
    at: row.at.toISOString(),
    environment,
    method: row.method,
    path: pathOf(row),
    address,
    status: row.status,
    logged: explanationOf(row, keyName),
    now: isTold
      ? await explain(ctx, { keyId, environment, address, origin }, { route: { name, permission } }, settings)
      : null,
  };
}

/** What the row says. A call that was let in always has a key: without one and unrefused, no check was reached. */
function explanationOf(row: typeof requests.$inferSelect, keyName: string | null): Explanation {
  const { refusedBy, route, permission, keyId, status, code, limits, limitReadings, usedSecret } = row;
  const refusedElsewhere = route !== null && isGate({ name: route }) && code === "customer_out_of_scope";
  const refused = refusedBy !== null || refusedElsewhere || (keyId === null && status >= 400);
  return {
    steps: refusedBy === null && keyId === null ? SKIPPED : decisionTrace(refusedBy),
    refusedBy,
    refusal: refused && code ? { status, code, detail: row.detail ?? "" } : null,
    route,
    permission,
    key: keyId && { id: keyId, name: keyName ?? "" },
    usedSecret,
    limits: limitReadings ?? limits,
  };
}
