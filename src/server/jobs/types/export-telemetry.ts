import { listTelemetry } from "@/server/services/telemetry";
import { CHUNK_ROWS, type JobDefinition } from "./definition";

/**
 * Writes the events that were received in a time to a file, the latest first. Events that arrive while it runs are not
 * in it: it reads from the latest event of its first chunk backwards.
 */
export const exportTelemetryJob: JobDefinition<"telemetry.export"> = {
  async runChunk(ctx, { input, environment, done, position }) {
    const page = await listTelemetry(ctx, { ...input, environment, limit: CHUNK_ROWS, cursor: position });
    return {
      done: done + page.data.length,
      position: page.nextCursor,
      rows: page.data.map((event) => ({ ...event })),
      finished: page.nextCursor === null,
    };
  },
};
