import type { Command } from "../command";

export const databaseCommands: readonly Command[] = [
  {
    noun: "database",
    verb: "migrate",
    usage: "",
    words: 0,
    options: {},
    // Opening the platform has applied what was missing; there is nothing left to do.
    prepare: () => async () => ({ text: "The database is up to date.", data: { migrated: true } }),
  },
];
