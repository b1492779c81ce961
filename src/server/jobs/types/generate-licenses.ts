import { generateLicenses } from "@/server/services/licenses";
import { CHUNK_ROWS, type JobDefinition } from "./definition";

/** Issues licences alike. The result holds their keys, since that is its purpose; nothing else of the job does. */
export const generateLicensesJob: JobDefinition<"licenses.generate"> = {
  columns: ["id", "key"],
  async runChunk(ctx, { input, environment, done }) {
    const count = Math.min(CHUNK_ROWS, input.count - done);
    const made = await generateLicenses(ctx, { ...input, environment, count });
    const rows = made.map(({ id, key }) => [id, key]);
    return { done: done + count, position: null, rows, finished: done + count >= input.count };
  },
};
