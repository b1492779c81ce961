import type { AuditEventView } from "@/contracts/audit";
import type { Environment } from "@/contracts/environments";
import type { FindingStats, FindingView } from "@/contracts/findings";
import { environmentFilterSchema } from "@/contracts/schemas/environments";
import { parse } from "@/server/core/validation";
import { listAuditEvents } from "../audit";
import type { ServiceContext } from "../context";
import { countFindings, listFindings } from "../findings";
import { countActiveKeys } from "../keys";
import { environmentsAsked } from "../reach";

/** Findings that are shown; the others are a press away. */
const SHOWN = 6;
const CHANGES = 10;

/** What the first page shows beside the calls, of one environment or of all. */
export interface Overview {
  keys: { environment: Environment; active: number; capped: boolean }[];
  /** The gravest. */
  findings: FindingView[];
  findingStats: FindingStats;
  changes: AuditEventView[];
}

/** Figures and lists of the first page. Every query stops after a fixed number of rows. */
export async function getOverview(
  ctx: ServiceContext,
  input: { environment: Environment | null },
): Promise<Overview> {
  const { environment: wanted } = parse(environmentFilterSchema, input);
  const environments = environmentsAsked(ctx, wanted);
  const [keys, findings, findingStats, changes] = await Promise.all([
    Promise.all(
      environments.map(async (environment) => ({
        environment,
        ...(await countActiveKeys(ctx, { environment })),
      })),
    ),
    listFindings(ctx, { environment: wanted, limit: 10 }),
    countFindings(ctx, { environment: wanted }),
    listAuditEvents(ctx, { environment: wanted, limit: CHANGES }),
  ]);
  return { keys, findings: findings.data.slice(0, SHOWN), findingStats, changes: changes.data };
}
