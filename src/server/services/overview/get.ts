import type { AuditEventView } from "@/contracts/audit";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import type { KeyView } from "@/contracts/keys";
import { listAuditEvents } from "../audit";
import type { ServiceContext } from "../context";
import { countActiveKeys, listExpiringKeys, listNeverUsedKeys } from "../keys";

const SHOWN = 5;
const CHANGES = 10;

/** What the first page shows, of one environment or of all. */
export interface Overview {
  keys: { environment: Environment; active: number; capped: boolean }[];
  /** Active keys that expire within 14 days, the next one first. */
  expiringSoon: KeyView[];
  /** Active keys older than 14 days that were never used, the newest first. */
  neverUsed: KeyView[];
  changes: AuditEventView[];
}

/** Figures and lists of the first page. Every query stops after a fixed number of rows. */
export async function getOverview(
  ctx: ServiceContext,
  input: { environment: Environment | null },
): Promise<Overview> {
  const environments = ENVIRONMENTS.filter((one) => !input.environment || one === input.environment);
  const glance = { environment: input.environment, limit: SHOWN };
  const [keys, expiringSoon, neverUsed, changes] = await Promise.all([
    Promise.all(
      environments.map(async (environment) => ({
        environment,
        ...(await countActiveKeys(ctx, { environment })),
      })),
    ),
    listExpiringKeys(ctx, glance),
    listNeverUsedKeys(ctx, glance),
    listAuditEvents(ctx, { limit: CHANGES }),
  ]);
  return { keys, expiringSoon, neverUsed, changes: changes.data };
}
