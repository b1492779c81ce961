import { importCustomers } from "@/server/services/customers";
import { CHUNK_ROWS, type JobDefinition } from "./definition";

/** Makes customers of rows. The result tells of each, by its line in the caller's file or counted from 1, what became of it. */
export const importCustomersJob: JobDefinition<"customers.import"> = {
  async runChunk(ctx, { input, environment, done }) {
    const rows = input.rows.slice(done, done + CHUNK_ROWS);
    const refusedAt = (place: number) => input.refused?.[done + place];
    const outcomes = await importCustomers(ctx, { environment, rows }, refusedAt);
    return {
      done: done + rows.length,
      position: null,
      failed: outcomes.filter(({ id }) => id === null).length,
      rows: outcomes.map(({ email, id, problem }, index) => ({
        line: input.lines?.[done + index] ?? done + index + 1,
        email,
        id,
        outcome: id ? "imported" : "failed",
        problem,
      })),
      finished: done + rows.length >= input.rows.length,
    };
  },
};
