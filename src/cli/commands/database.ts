import type { Command } from "../command";

export const databaseCommands: readonly Command[] = [
  {
    noun: "database",
    verb: "migrate",
    summary: "make or update Keyward's tables in the database of DATABASE_URL",
    example: "database migrate",
    words: [],
    options: {},
    makesTables: true,
    // Opening the runtime has applied what was missing; there is nothing left to do.
    prepare: () => async () => ({ text: "The database is up to date.", data: { migrated: true } }),
  },
  {
    noun: "database",
    verb: "roles",
    summary: "print what a DBA runs once for a login for each environment",
    example: "database roles",
    words: [],
    options: {},
    prepare: () => async (ctx) => {
      const { describeIsolation } = await import("@/server/services/health");
      const isolation = await describeIsolation(ctx);
      const { kind, reason, statements } = isolation;
      if (kind === "logins") return { text: "Each environment has a login of its own.", data: isolation };
      const lines = [
        `-- The environments share the owner's login (${reason}).`,
        ...statements.map((one) => `${one};`),
      ];
      if (statements.length === 0) {
        lines.push(
          "-- The database is as it should be. Let these logins in where it says no: a pooler, or pg_hba.conf.",
        );
      }
      return { text: lines.join("\n"), data: isolation };
    },
  },
];
