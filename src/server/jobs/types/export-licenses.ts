import { mayShow } from "@/server/core/authorize";
import { listLicenses } from "@/server/services/licenses";
import { CHUNK_ROWS, type JobDefinition } from "./definition";

/**
 * Writes the licences that a filter finds to a file, newest first, with their keys. E-mail addresses are in it only where
 * the key could get the customers as well: GET /licenses shows none of them, and an export must not be the way around.
 */
export const exportLicensesJob: JobDefinition<"licenses.export"> = {
  async runChunk(ctx, { input: { filter }, environment, done, position }) {
    const { status, ...rest } = filter;
    const page = await listLicenses(ctx, {
      ...rest,
      environment,
      statuses: status === undefined ? [] : [status].flat(),
      limit: CHUNK_ROWS,
      cursor: position,
    });
    const withEmails = mayShow(ctx, "customers:read");
    return {
      done: done + page.data.length,
      position: page.nextCursor,
      rows: page.data.map((license) => ({
        ...license,
        customerEmail: withEmails ? (license.customer?.email ?? null) : null,
      })),
      finished: page.nextCursor === null,
      shows: withEmails ? ["customers:read"] : [],
    };
  },
};
