import { generateLicenses } from "@/server/services/licenses";
import type { JobDefinition } from "./definition";

/**
 * Licences of one chunk. More than of other jobs: there is nothing to read before, so that they are made in 200 ms, and what
 * a turn costs beside them, two commits and a dozen questions to Postgres, is shared by as many.
 */
export const LICENSES_OF_CHUNK = 2_000;

/** Issues licences alike. The result holds their keys, since that is its purpose; nothing else of the job does. */
export const generateLicensesJob: JobDefinition<"licenses.generate"> = {
  async runChunk(ctx, { input, environment, done }) {
    const count = Math.min(LICENSES_OF_CHUNK, input.count - done);
    const made = await generateLicenses(ctx, { ...input, environment, count });
    const rows = made.map(({ id, key }) => ({ id, key }));
    return { done: done + count, position: null, rows, finished: done + count >= input.count };
  },
};
