import { hostname } from "node:os";
import type { LogState, LogWriterView, RequestLogStats } from "@/contracts/requests";
import { authorize } from "@/server/core/authorize";
import type { ServiceContext } from "../context";

/** What {@link getLogState} asks a RequestRecorder. */
interface Measuring {
  /** Looks again where the last look is old, so that a process nobody calls has the truth as well. */
  look(): Promise<LogState>;
}

/** What {@link getLogWriter} asks one besides. */
interface Counting extends Measuring {
  stats: RequestLogStats;
  capacity: number;
  since: Date;
}

/** What the log keeps at present, for everybody who reads it: what is left out must not look like what never was. */
export async function getLogState(ctx: ServiceContext, recorder: Measuring): Promise<LogState> {
  authorize(ctx, "requests:read");
  return recorder.look();
}

/**
 * How the log's writer of this process does. Kept nowhere: where several processes serve, each knows of its own alone,
 * and the figures end with it.
 */
export async function getLogWriter(ctx: ServiceContext, recorder: Counting): Promise<LogWriterView> {
  authorize(ctx, "settings:manage");
  const state = await recorder.look();
  const { stats, capacity, since } = recorder;
  return { ...stats, state, capacity, since: since.toISOString(), host: hostname(), pid: process.pid };
}
