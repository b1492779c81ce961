import { and, desc, eq, inArray, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Environment } from "@/contracts/environments";
import { FINDING_SEVERITIES, type FindingStats, type FindingView } from "@/contracts/findings";
import type { ConsolePage } from "@/contracts/lists";
import { environmentFilterSchema } from "@/contracts/schemas/environments";
import { type ListFindingsInput, listFindingsSchema } from "@/contracts/schemas/findings";
import { authorize } from "@/server/core/authorize";
import { invalidCursor } from "@/server/core/cursor";
import { parse } from "@/server/core/validation";
import { keyset } from "@/server/database/keyset";
import { apiKeys, findings } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { withinReach } from "../reach";
import { activeKey } from "./internal/facts";

/** Counting stops here: a figure on the first page must not read a large table. */
const COUNT_CAP = 1_000;

const columns = {
  id: findings.id,
  severity: findings.severity,
  evidence: findings.evidence,
  firstSeenAt: findings.firstSeenAt,
  lastSeenAt: findings.lastSeenAt,
  mutedAt: findings.mutedAt,
  mutedBy: findings.mutedBy,
  mutedReason: findings.mutedReason,
  keyId: apiKeys.id,
  keyName: apiKeys.name,
  environment: apiKeys.environment,
};

/**
 * Findings as they were last worked out, the gravest first and the newest first among those, a page at a time. Of keys
 * that are active now: cutting one off settles all that was found about it.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function listFindings(
  ctx: ServiceContext,
  given: ListFindingsInput,
): Promise<ConsolePage<FindingView>> {
  authorize(ctx, "keys:read");
  const input = parse(listFindingsSchema, given);
  const list = keyset(input, { id: findings.id, ids: "fnd", sort: { by: findings.severity, parse: rankIn } });
  return withDatabase(ctx, async (db) => {
    const rows = await db
      .select(columns)
      .from(findings)
      .innerJoin(apiKeys, eq(apiKeys.id, findings.keyId))
      .where(and(...filters(ctx, input), list.beyond))
      .orderBy(...list.orderBy)
      .limit(list.rows);
    return list.page(rows, findingView, (row) => String(row.severity));
  });
}

/** How many findings are open, counted up to 1,000. */
export async function countFindings(
  ctx: ServiceContext,
  input: { environment: Environment | null },
): Promise<FindingStats> {
  authorize(ctx, "keys:read");
  const { environment } = parse(environmentFilterSchema, input);
  const open = { environment, keyId: null, kinds: [], severities: [], muted: false };
  return withDatabase(ctx, async (db) => {
    const counted = db
      .select({ severity: findings.severity })
      .from(findings)
      .innerJoin(apiKeys, eq(apiKeys.id, findings.keyId))
      .where(and(...filters(ctx, open)))
      .orderBy(desc(findings.severity))
      .limit(COUNT_CAP)
      .as("counted");
    const [row] = await db
      .select({
        high: sql<number>`(count(*) filter (where ${counted.severity} = ${FINDING_SEVERITIES.high.rank}))::int`,
        all: sql<number>`count(*)::int`,
      })
      .from(counted);
    return { high: row?.high ?? 0, all: row?.all ?? 0, cap: COUNT_CAP };
  });
}

type Filters = Pick<
  z.output<typeof listFindingsSchema>,
  "environment" | "keyId" | "kinds" | "severities" | "muted"
>;

function filters(ctx: ServiceContext, input: Filters): (SQL | undefined)[] {
  const ranks = input.severities.map((severity) => FINDING_SEVERITIES[severity].rank);
  return [
    activeKey(ctx.clock.now()),
    input.muted ? isNotNull(findings.mutedAt) : isNull(findings.mutedAt),
    withinReach(ctx, apiKeys.environment, input.environment),
    input.keyId ? eq(findings.keyId, input.keyId) : undefined,
    input.kinds.length > 0 ? inArray(findings.kind, input.kinds) : undefined,
    ranks.length > 0 ? inArray(findings.severity, ranks) : undefined,
  ];
}

function rankIn(text: string): SQL {
  const known = Object.values(FINDING_SEVERITIES).find(({ rank }) => String(rank) === text);
  if (!known) throw invalidCursor();
  return sql`${known.rank}::smallint`;
}

type FindingRow = {
  [Column in keyof typeof columns]: (typeof columns)[Column]["_"]["notNull"] extends true
    ? (typeof columns)[Column]["_"]["data"]
    : (typeof columns)[Column]["_"]["data"] | null;
};

function findingView(row: FindingRow): FindingView {
  return {
    id: row.id,
    evidence: row.evidence,
    key: { id: row.keyId, name: row.keyName, environment: row.environment },
    firstSeenAt: row.firstSeenAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    muted: row.mutedAt && {
      at: row.mutedAt.toISOString(),
      by: row.mutedBy ?? "",
      reason: row.mutedReason ?? "",
    },
  };
}
