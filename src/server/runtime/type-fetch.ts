/** Part of the query, in no other. */
const QUERY = "b.typarray";

/**
 * Keeps the process alive where a connection goes at the one moment at which the driver would end it. postgres.js asks the
 * first connection of each pool for the server's array types, and awaits the answer nowhere: when Postgres is stopped,
 * fails over or falls silent just then, a rejection that nobody holds would end a server, or print a command's stack. The
 * work that wanted the connection is told by its own query. All other rejections that nothing caught stay faults.
 */
export function surviveLostTypeFetch(): void {
  process.on("unhandledRejection", (reason) => {
    const query = reason instanceof Error && "query" in reason ? String(reason.query) : "";
    if (!query.includes(QUERY)) throw reason;
  });
}
