/** What a migration must not do while calls are served, with what to do instead. */
interface Rule {
  finds: RegExp;
  says: string;
}

const IN_BATCHES = "change rows in an online migration, some at a time (… WHERE id IN (SELECT … LIMIT 1000))";
const STILL_ASKED_FOR =
  "the version before this one still asks for it while it serves beside: take it away in a later version, and say which stopped";

/** Of one that runs with all tables locked: what it does there has to be over in a moment. */
const ORDINARY: readonly Rule[] = [
  { finds: /\bCONCURRENTLY\b/i, says: "CONCURRENTLY needs an online migration" },
  {
    finds: /^CREATE (UNIQUE )?INDEX (?!CONCURRENTLY)/i,
    says: "make the index CONCURRENTLY, in an online migration",
  },
  {
    finds: /\bADD CONSTRAINT\b(?=.*\b(CHECK|FOREIGN KEY)\b)(?!.*\bNOT VALID\b)/is,
    says: "add the constraint NOT VALID, and VALIDATE it in an online migration",
  },
  {
    finds: /\bADD (CONSTRAINT \S+ )?(UNIQUE|PRIMARY KEY|EXCLUDE)\b(?!.*\bUSING INDEX\b)/is,
    says: "make the index CONCURRENTLY, in an online migration, and add the constraint USING INDEX",
  },
  { finds: /\bVALIDATE CONSTRAINT\b/i, says: "VALIDATE in an online migration" },
  {
    finds: /\bSET NOT NULL\b/i,
    says: "add CHECK (… IS NOT NULL) NOT VALID, and VALIDATE it in an online migration",
  },
  { finds: /\bALTER COLUMN \S+ (SET DATA )?TYPE\b/i, says: "a new type writes the table anew: add a column" },
  { finds: /^(UPDATE|DELETE)\b/i, says: IN_BATCHES },
  {
    finds: /\bADD COLUMN\b(?=.*\bNOT NULL\b)(?!.*\bDEFAULT\b)/is,
    says: "the version before this one does not fill the column: give it a DEFAULT",
  },
  { finds: /^DROP (TABLE|FUNCTION|TRIGGER|SEQUENCE)\b|\bDROP COLUMN\b/i, says: STILL_ASKED_FOR },
  { finds: /\bRENAME\b/i, says: STILL_ASKED_FOR },
];

/** Of one that takes its time beside calls, statement by statement. */
const ONLINE: readonly Rule[] = [
  {
    finds: /^CREATE (UNIQUE )?INDEX (?!CONCURRENTLY IF NOT EXISTS)/i,
    says: "CREATE INDEX CONCURRENTLY IF NOT EXISTS",
  },
  { finds: /^ALTER TABLE\b(?!.*\bVALIDATE CONSTRAINT\b)/is, says: "change tables in an ordinary migration" },
  { finds: /^(UPDATE|DELETE)\b(?!.*\bLIMIT \d+)/is, says: IN_BATCHES },
];

/** A line above a statement that gives the reason why a rule does not hold for it. */
const ALLOWED = /^\s*-- allowed: \S/m;
const COMMENTS = /^\s*--.*\n?/gm;
const ON_TABLE = /^(?:ALTER TABLE|UPDATE|DELETE FROM|CREATE (?:UNIQUE )?INDEX .*? ON)(?: ONLY)? "?(\w+)"?/is;

/**
 * What is wrong with a migration, in words.
 * @param sql with drizzle's marks between the statements
 */
export function migrationFaults(sql: string): string[] {
  const isOnline = /^\s*-- online\b/.test(sql);
  const statements = sql.split("--> statement-breakpoint");
  const made = new Set(
    statements.flatMap((statement) => /CREATE TABLE "?(\w+)"?/i.exec(statement)?.[1] ?? []),
  );
  return statements.flatMap((statement) => {
    const bare = statement.replace(COMMENTS, "").trim();
    const table = ON_TABLE.exec(bare)?.[1];
    // Nobody waits for a table that is not there yet.
    if (ALLOWED.test(statement) || (table && made.has(table))) return [];
    return (isOnline ? ONLINE : ORDINARY)
      .filter(({ finds }) => finds.test(bare))
      .map(({ says }) => `${bare.split("\n", 1)[0]}: ${says}`);
  });
}
