import { hostname } from "node:os";
import type { LogWriterView, RecorderFigures } from "@/contracts/requests";
import { authorize } from "@/server/core/authorize";
import type { ServiceContext } from "../context";

/** What {@link getLogWriter} asks a RequestRecorder. */
interface Counting {
  figures: RecorderFigures;
  capacity: number;
  since: Date;
}

/**
 * How the log's writer of this process does. Kept nowhere: where several processes serve, each knows of its own alone,
 * and the figures end with it.
 */
export async function getLogWriter(ctx: ServiceContext, recorder: Counting): Promise<LogWriterView> {
  authorize(ctx, "settings:manage");
  const { figures, capacity, since } = recorder;
  return { ...figures, capacity, since: since.toISOString(), host: hostname(), pid: process.pid };
}
