import type { CheckResult } from "@/contracts/doctor";
import { authorize } from "@/server/core/authorize";
import { isAppError } from "@/server/core/errors";
import { within } from "@/server/core/within";
import { errorCode } from "@/server/database/errors";
import type { ServiceContext } from "../context";
import { type Check, type Deployment, error } from "./internal/check";
import { checkClickHouse } from "./internal/clickhouse-check";
import { checkIsolation, checkRights, checkRowSecurity } from "./internal/isolation-checks";
import { checkPepper, checkPrefix } from "./internal/key-checks";
import { checkLimits, checkProcesses } from "./internal/limit-checks";
import { checkMail } from "./internal/mail-check";
import { checkClock, checkDisk, checkProxies, checkPublicUrl } from "./internal/place-checks";
import { checkConnections, checkDurability, checkPooler, checkVersion } from "./internal/postgres-checks";
import { checkJobs, checkMaintenance, checkPartitions } from "./internal/work-checks";

/** Every check, by the name that the operator reads. A new one is a line here, in the file of its kind a function. */
const CHECKS = {
  Postgres: checkVersion,
  durability: checkDurability,
  pooler: checkPooler,
  connections: checkConnections,
  rights: checkRights,
  isolation: checkIsolation,
  "row security": checkRowSecurity,
  pepper: checkPepper,
  prefix: checkPrefix,
  limits: checkLimits,
  processes: checkProcesses,
  clock: checkClock,
  disk: checkDisk,
  "public URL": checkPublicUrl,
  proxies: checkProxies,
  partitions: checkPartitions,
  jobs: checkJobs,
  maintenance: checkMaintenance,
  mail: checkMail,
  ClickHouse: checkClickHouse,
} satisfies Record<string, Check>;

export type CheckName = keyof typeof CHECKS;

/** For one check; those after it have their turn whatever becomes of it. Milliseconds. */
const PATIENCE_MS = 5_000;

/**
 * Looks at everything that an installation's operator has a hand in, and says of each whether it is well, and what to do
 * where it is not. Changes nothing. One after the other, as a command has one connection.
 * @param options.without names of checks that are left out
 * @throws AppError permission_denied
 */
export async function examineInstallation(
  ctx: ServiceContext,
  deployment: Deployment,
  { without = [] }: { without?: readonly CheckName[] } = {},
): Promise<CheckResult[]> {
  authorize(ctx, "settings:manage");
  const results: CheckResult[] = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    if (without.includes(name as CheckName)) continue;
    const finding = await within(PATIENCE_MS, check(ctx, deployment)).catch((fault: unknown) =>
      error(
        `It could not be checked: ${isAppError(fault) ? fault.detail : (errorCode(fault) ?? (fault instanceof Error ? fault.message : "unknown fault"))}`,
        "Run doctor again; if it stays, something else stands in the way, which the other lines may tell.",
      ),
    );
    results.push({ check: name, ...finding });
  }
  return results;
}
