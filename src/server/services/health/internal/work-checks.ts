import { sql } from "drizzle-orm";
import { withDatabase } from "@/server/database/session";
import { lastLookAt } from "../../findings";
import { type Check, error, ok, warning } from "./check";

/** Maintenance comes round every ten minutes. */
const LATE_MINUTES = 30;

/** A worker holds a job for seconds, and a free one takes a job that waits within two. */
const STUCK_MINUTES = 5;

const WORKED_BY =
  "Is a server running? Where Next serves alone, let the hosting's scheduler call /api/cron/jobs each minute";

/** Partitions are made days ahead; where they are not, the first calls of a day have to wait for one. */
export const checkPartitions: Check = async (ctx) => {
  const missing = await withDatabase(ctx, (db) =>
    db.execute<{ name: string }>(sql`
      select kind || to_char(day, '_YYYYMMDD') as name
      from unnest(array['requests', 'telemetry_events']) as kind,
        generate_series((now() at time zone 'UTC')::date, (now() at time zone 'UTC')::date + 1, interval '1 day') as day
      where to_regclass(kind || to_char(day, '_YYYYMMDD')) is null order by 1`),
  );
  if (missing.length === 0) return ok("The log and telemetry have their places for today and tomorrow.");
  const names = missing.map(({ name }) => name).join(", ");
  return warning(
    `There is no ${names} yet; calls wait while it is made.`,
    `${WORKED_BY}; a restart makes them too.`,
  );
};

/** Whether jobs that could run do. */
export const checkJobs: Check = async (ctx, { hasCronSecret }) => {
  const [row] = await withDatabase(ctx, (db) =>
    db.execute<{ stuck: number; waiting: number }>(sql`
      select count(*) filter (where status = 'running' and lease_until < now() - ${STUCK_MINUTES} * interval '1 minute')::int as stuck,
        count(*) filter (where status = 'queued' and run_after < now() - ${STUCK_MINUTES} * interval '1 minute')::int as waiting
      from job_records where status in ('running', 'queued')`),
  );
  const { stuck = 0, waiting = 0 } = row ?? {};
  if (stuck + waiting === 0) return ok("No job waits for a worker.");
  return error(
    `Nobody works on jobs: ${waiting} wait and ${stuck} were left for more than ${STUCK_MINUTES} minutes.`,
    hasCronSecret ? `${WORKED_BY}, with CRON_SECRET.` : `${WORKED_BY}, with CRON_SECRET, which is not set.`,
  );
};

/** Whether somebody does by the clock what has to be done: dropping old days, preparing new ones, looking for findings. */
export const checkMaintenance: Check = async (ctx) => {
  const at = await lastLookAt(ctx);
  if (at === null) return ok("There was no maintenance yet: it comes with the first server.");
  const minutes = Math.round((ctx.clock.now().getTime() - at.getTime()) / 60_000);
  if (minutes <= LATE_MINUTES) return ok(`Maintenance last worked ${Math.max(minutes, 0)} min ago.`);
  return warning(
    `Maintenance last worked ${at.toISOString()}; old days of the log stay on the disk.`,
    `${WORKED_BY}.`,
  );
};
