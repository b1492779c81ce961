import type { RetentionKind } from "@/contracts/settings";
import { USAGE_KEPT_DAYS } from "@/contracts/usage";
import { safeStack } from "@/server/core/safe-errors";
import { isLockTimeout } from "@/server/database/errors";
import { purgeApprovals } from "@/server/services/approvals";
import type { ServiceContext } from "@/server/services/context";
import { checkDueFindings } from "@/server/services/findings";
import { measureClock } from "@/server/services/health";
import { expireIdempotencyRecords } from "@/server/services/idempotency";
import { purgeJobResults } from "@/server/services/jobs";
import { purgeKeyChanges, revokeSilentKeys, tellDueKeyEvents } from "@/server/services/keys";
import { purgeMails } from "@/server/services/mails";
import { findDueNotices, purgeNotices, sendSummaries } from "@/server/services/notices";
import { purgePasskeyChallenges } from "@/server/services/passkeys";
import { countWholeLog, prepareRequestDays, purgeRequestLogWriters } from "@/server/services/requests";
import { purgeSessions } from "@/server/services/sessions";
import { dropOldDays, readRetention } from "@/server/services/settings";
import { dropOldUsage } from "@/server/services/usage";
import {
  failStoppedWebhooks,
  purgeDeletedWebhooks,
  purgeWebhooks,
  releaseHeldWebhooks,
  resealWebhookSecrets,
} from "@/server/services/webhooks";

/** A batch of one task. Returns how much it did; called again until that is nothing. */
export type MaintenanceTask = (ctx: ServiceContext, stop: AbortSignal) => Promise<number>;

/** What Keyward does for itself, batch by batch. A new task is a line here. */
export const TASKS: Readonly<Record<string, MaintenanceTask>> = {
  "expire idempotency records": expireIdempotencyRecords,
  "purge job results": purgeJobResults,
  "purge sessions": purgeSessions,
  "purge passkey challenges": purgePasskeyChallenges,
  "purge changes of keys": purgeKeyChanges,
  "purge mails": purgeMails,
  "purge notices": purgeNotices,
  "purge webhooks": purgeWebhooks,
  "purge webhooks of deleted endpoints": purgeDeletedWebhooks,
  "fail webhooks of disabled endpoints": failStoppedWebhooks,
  "release webhooks held back behind nothing": releaseHeldWebhooks,
  "seal webhook secrets anew": resealWebhookSecrets,
  "purge approvals": purgeApprovals,
  "drop old telemetry": (ctx) => dropDays(ctx, "telemetryDays", "telemetry"),
  "prepare days of the log": prepareDays,
  // Before its old days go.
  "count the log": countWholeLog,
  "drop old log": (ctx) => dropDays(ctx, "logDays", "log"),
  "purge writers of the log": purgeRequestLogWriters,
  "drop old figures": dropStats,
  // Before what is told of comes about.
  "find due notices": lookForNotices,
  "send daily summaries": sendSummaries,
  "tell webhooks of keys": tellDueKeyEvents,
  "revoke silent keys": revokeSilentKeys,
};

/** What looks at every key: however many there are, nothing else is to wait for its end. */
export const ROUNDS: Readonly<Record<string, MaintenanceTask>> = {
  "look for findings": lookForFindings,
};

/**
 * Removes what is kept long enough, until nothing is left to remove or `stop` is asked for. A task that fails is in the
 * log and has its turn again in the next round; it keeps no other from theirs. Before each batch Postgres is asked for the
 * time: a process whose clock is 40 days ahead, or has just been set so, would drop all there is.
 */
export async function runMaintenance(
  ctx: ServiceContext,
  stop: AbortSignal,
  tasks: Readonly<Record<string, MaintenanceTask>> = { ...ROUNDS, ...TASKS },
): Promise<void> {
  for (const [name, task] of Object.entries(tasks)) {
    try {
      while (!stop.aborted && (await measureClock(ctx)) && (await task(ctx, stop)) > 0);
    } catch (error) {
      ctx.logger.error({ task: name, stack: safeStack(error) }, "A task of maintenance failed");
    }
  }
}

async function dropDays(ctx: ServiceContext, kind: RetentionKind, what: string): Promise<number> {
  const { [kind]: keepDays } = await readRetention(ctx);
  try {
    const { days } = await dropOldDays(ctx, { kind, keepDays });
    if (days.length > 0) ctx.logger.info({ days }, `Dropped ${what} that was kept long enough`);
    return days.length;
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    // Somebody reads: an export, a backup. Nothing is wrong, and the next round is in ten minutes.
    ctx.logger.info(`Old ${what} is being read, so it is dropped later`);
    return 0;
  }
}

async function dropStats(ctx: ServiceContext): Promise<number> {
  const { logDays } = await readRetention(ctx);
  return dropOldUsage(ctx, { keepDays: Math.max(USAGE_KEPT_DAYS, logDays) });
}

async function prepareDays(ctx: ServiceContext): Promise<number> {
  await prepareRequestDays(ctx);
  return 0;
}

async function lookForFindings(ctx: ServiceContext, stop: AbortSignal): Promise<number> {
  await checkDueFindings(ctx, stop);
  return 0;
}

async function lookForNotices(ctx: ServiceContext, stop: AbortSignal): Promise<number> {
  await findDueNotices(ctx, stop);
  return 0;
}
