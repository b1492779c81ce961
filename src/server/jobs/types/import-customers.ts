import { untrusted } from "@/server/core/csv";
import { importCustomers } from "@/server/services/customers";
import { CHUNK_ROWS, type JobDefinition } from "./definition";

/** Makes customers of rows. The result tells of each line, counted from 1, what became of it. */
export const importCustomersJob: JobDefinition<"customers.import"> = {
  columns: ["line", "email", "id", "outcome", "problem"],
  async runChunk(ctx, { input, environment, done }) {
    const rows = input.rows.slice(done, done + CHUNK_ROWS);
    const outcomes = await importCustomers(ctx, { environment, rows });
    return {
      done: done + rows.length,
      position: null,
      rows: outcomes.map(({ email, id, problem }, index) => [
        done + index + 1,
        untrusted(email),
        id,
        id ? "imported" : "failed",
        untrusted(problem),
      ]),
      finished: done + rows.length >= input.rows.length,
    };
  },
};
