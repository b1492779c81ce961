/** One row of the table in architecture.md: a room, and what its files may import. Its own files it always may. */
export interface Room {
  name: string;
  files: RegExp;
  /** Other rooms, by name. */
  may: readonly string[];
  /** Only these packages, or none of these. Node's own modules are for every room of the server. */
  packages?: { only: readonly string[] } | { never: readonly string[] };
  /** Said when an import is refused: where code that needs it belongs. */
  advice: string;
}

const SQL = ["drizzle-orm", "postgres"];
const WEB = ["next", "next-auth", "react", "react-dom", "@trpc/server"];
const BROWSER = ["react", "react-dom", "@trpc/client", "@trpc/react-query"];

/** The house, first match counts. A file in none of these rooms has no place yet: give it one here and in architecture.md. */
export const ROOMS: readonly Room[] = [
  {
    name: "env",
    files: /^src\/env\.ts$/,
    may: ["contracts"],
    packages: { only: ["zod", "node:net", "node:os", "node:path"] },
    advice:
      "Settings are read and checked here, nothing else; what is done with them belongs to the room that does it.",
  },
  {
    name: "contracts",
    files: /^src\/contracts\//,
    may: [],
    packages: { only: ["zod"] },
    advice:
      "Contracts run in the browser too. What needs Node, the database or React belongs in server/core, services or features.",
  },
  {
    name: "client",
    files: /^src\/client\//,
    may: [],
    packages: { only: ["openapi-fetch"] },
    advice: "The client runs in other people's programs, which have nothing of this house.",
  },
  {
    name: "demo integration",
    files: /^src\/demo-integration\//,
    may: ["client"],
    packages: { only: ["node:timers"] },
    advice:
      "It is an example of a program elsewhere, which has keyward/client and nothing else of this house: what it needs beyond comes in as an argument.",
  },
  {
    name: "lib",
    files: /^src\/lib\//,
    may: ["contracts", "components"],
    advice:
      "A helper for one noun's screens belongs in features/<noun>; what the server shares belongs in contracts.",
  },
  {
    name: "components",
    files: /^src\/components\//,
    may: ["contracts", "lib"],
    advice:
      "A component knows the vocabulary, and no procedure: what asks the server belongs in features/<noun>.",
  },
  {
    name: "trpc client",
    files:
      /^src\/trpc\/(attendance\.ts|client\.tsx|confirmation\.ts|keep-keys-out-of-addresses\.ts|query-client\.ts|use-refresh\.ts)$/,
    // Of the server types of the router alone: checked below.
    may: ["contracts", "server/trpc"],
    advice: "This runs in the browser: of the server it may know the router's type (import type).",
  },
  {
    name: "trpc glue",
    files: /^src\/trpc\/server\.tsx$/,
    may: ["contracts", "trpc client", "server/trpc", "runtime singleton"],
    advice: "Glue between pages and procedures; logic belongs in services, looks in features.",
  },
  {
    name: "guides",
    files: /^docs\//,
    may: [],
    advice: "Text for people.",
  },
  {
    name: "features",
    files: /^src\/features\//,
    may: ["contracts", "components", "lib", "trpc client", "guides"],
    advice:
      "A screen talks to the server through @/trpc/client. What two features share belongs in components (without the noun), contracts, or the page that composes both.",
  },
  {
    name: "mounts",
    files: /^src\/app\/api\//,
    // server/jobs for the scheduler's call alone, which belongs to no plane: nobody's data goes in or out there.
    may: [
      "runtime singleton",
      "runtime",
      "server/core",
      "server/auth",
      "server/trpc",
      "gateway",
      "server/jobs",
    ],
    advice:
      "A mount hands the request to a plane. Logic belongs in services, HTTP in src/gateway or server/trpc.",
  },
  {
    name: "app",
    files: /^src\/app\//,
    may: ["features", "components", "lib", "trpc client", "trpc glue", "contracts"],
    advice:
      "A page composes features and prefetches through @/trpc/server. Queries belong in services, behind a procedure.",
  },
  {
    name: "Next's entry",
    files: /^src\/(proxy|instrumentation)\.ts$/,
    may: ["env", "contracts", "server/core"],
    advice: "Headers of pages only; who may do what is decided in server/auth and services.",
  },
  {
    name: "server/core",
    files: /^src\/server\/core\//,
    may: ["contracts", "env"],
    packages: { never: [...WEB, ...BROWSER, ...SQL] },
    advice:
      "Core has no outside. Queries belong in server/services or server/database, HTTP in src/gateway or server/trpc.",
  },
  {
    name: "server/embedded-postgres",
    files: /^src\/server\/embedded-postgres\//,
    // The file that keeps the password of its owner.
    may: ["server/core", "runtime secrets"],
    packages: { never: [...WEB, ...BROWSER] },
    advice: "It starts and stops a Postgres and knows nothing of Keyward: tables belong in server/database.",
  },
  {
    name: "server/database",
    // The migrations too: their journal says which version of the database this code takes.
    files: /^(src\/server\/database|drizzle)\//,
    may: ["contracts", "env", "server/core"],
    packages: { never: [...WEB, ...BROWSER] },
    advice:
      "The database room knows tables and connections. What a row means to the business belongs in server/services.",
  },
  {
    name: "server/rate-limit",
    files: /^src\/server\/rate-limit\//,
    may: ["contracts", "env", "server/core"],
    packages: { never: [...WEB, ...BROWSER, ...SQL] },
    advice:
      "The limiter knows subjects and numbers, for both planes. Who is limited, and what a refusal looks like, belongs in services or a plane.",
  },
  {
    name: "server/clickhouse",
    files: /^src\/server\/clickhouse\//,
    may: ["contracts", "server/core"],
    packages: { never: [...WEB, ...BROWSER, ...SQL] },
    advice:
      "How ClickHouse is spoken to, and its table. What goes there, and when, belongs in src/gateway/request-log.",
  },
  {
    name: "server/mail",
    files: /^src\/server\/mail\//,
    may: ["contracts", "env", "server/core"],
    packages: { never: [...WEB, ...BROWSER, ...SQL] },
    advice:
      "How a mail looks and gets to the mail server. What is told to whom, and what waits to be sent, belongs in server/services.",
  },
  {
    name: "server/webhooks",
    files: /^src\/server\/webhooks\//,
    may: ["contracts", "env", "server/core"],
    packages: { never: [...WEB, ...BROWSER, ...SQL] },
    advice:
      "How a webhook is signed, where it may go and how it gets there. What is told to whom, and what waits to be sent, belongs in server/services.",
  },
  {
    name: "server/jobs/enqueue",
    files: /^src\/server\/jobs\/enqueue\.ts$/,
    may: ["contracts", "server/core", "server/database"],
    packages: { never: [...WEB, ...BROWSER] },
    advice: "Services start jobs through this file, so it must not know them.",
  },
  {
    name: "server/jobs",
    files: /^src\/server\/jobs\//,
    may: [
      "contracts",
      "env",
      "server/core",
      "server/database",
      "server/services",
      "server/rate-limit",
      "server/jobs/enqueue",
    ],
    packages: { never: [...WEB, ...BROWSER] },
    advice: "A job calls verbs. What an HTTP request is belongs to the planes.",
  },
  {
    name: "server/services",
    files: /^src\/server\/services\//,
    may: [
      "server/clickhouse",
      "contracts",
      "server/core",
      "server/database",
      "server/mail",
      "server/rate-limit",
      "server/webhooks",
      "server/jobs/enqueue",
    ],
    packages: { never: [...WEB, ...BROWSER] },
    advice:
      "A verb serves both planes, so it knows neither: requests, sessions and status codes belong in src/gateway, server/trpc or server/auth.",
  },
  {
    name: "server/metrics",
    files: /^src\/server\/metrics\//,
    may: ["contracts", "server/core", "server/database", "server/rate-limit", "server/services", "runtime"],
    packages: { never: [...WEB, ...BROWSER, ...SQL] },
    advice:
      "What is counted, and how it is called; who may see it belongs in src/gateway, queries in server/services.",
  },
  {
    name: "server/tracing",
    files: /^src\/server\/tracing\//,
    may: ["contracts", "env", "server/core"],
    packages: { never: [...WEB, ...BROWSER, ...SQL] },
    advice: "How traces get to a collector; what a span tells of a call belongs in src/gateway.",
  },
  {
    name: "runtime",
    files: /^src\/server\/runtime\/runtime\.ts$/,
    may: [
      "server/clickhouse",
      "env",
      "contracts",
      "server/core",
      "server/database",
      "server/services",
      "server/mail",
      "server/webhooks",
      "server/tracing",
      "server/rate-limit",
      "server/metrics",
      "gateway/state",
    ],
    advice: "What both planes are handed; it opens nothing itself (that is server/runtime/open.ts).",
  },
  {
    name: "server/auth",
    files: /^src\/server\/auth\//,
    // It turns a session into a principal, and whether a session counts is a verb of services/sessions.
    may: ["contracts", "server/core", "server/services", "runtime"],
    packages: { never: ["@trpc/server", ...BROWSER, ...SQL] },
    advice:
      "Queries belong in services/admins and services/sessions; what a procedure or a route does with the principal belongs to that plane.",
  },
  {
    name: "server/trpc",
    files: /^src\/server\/trpc\//,
    may: [
      "contracts",
      "server/core",
      "server/services",
      "server/auth",
      "server/rate-limit",
      "gateway/explain",
      "runtime",
    ],
    packages: { never: ["next", "next-auth", ...BROWSER, ...SQL] },
    advice: "A procedure is thin: queries belong in server/services, sessions in server/auth.",
  },
  {
    name: "gateway/explain",
    files: /^src\/gateway\/explain\.ts$/,
    may: ["contracts", "server/core", "server/database", "server/services", "gateway", "gateway/state"],
    packages: { never: [...WEB, ...BROWSER] },
    advice: "The console asks it what the gateway would do; it decides nothing itself.",
  },
  {
    // The parts of the gateway that read and write its own tables: the look-up of keys, last use, the log of calls.
    name: "gateway/state",
    files:
      /^src\/gateway\/(authenticate\/(look-up|read-keys|shared-reads|defined-permissions|verified-key|last-used|redigest|checks)|request-log\/[a-z-]+)\.ts$/,
    may: [
      "server/clickhouse",
      "contracts",
      "server/core",
      "server/database",
      "server/services",
      "server/rate-limit",
      "gateway",
    ],
    packages: { never: ["next", "next-auth", "@trpc/server", ...BROWSER] },
    advice:
      "What a key may do is decided by the checks; what a record means to the business, by server/services.",
  },
  {
    name: "gateway",
    files: /^src\/gateway\//,
    may: [
      "contracts",
      "server/core",
      "server/services",
      "server/rate-limit",
      "server/metrics",
      "runtime",
      "gateway/state",
    ],
    packages: { never: ["next", "next-auth", "@trpc/server", ...BROWSER, ...SQL] },
    advice: "A route is thin: queries belong in server/services.",
  },
  {
    name: "server/demo",
    files: /^src\/server\/demo\//,
    // server/jobs, because the jobs of the demo are done by what does every job; server/database for the one transaction;
    // the log of calls, because its calls are written by what writes every call.
    may: ["contracts", "server/core", "server/database", "server/services", "server/jobs", "gateway/state"],
    packages: { never: [...WEB, ...BROWSER, ...SQL] },
    advice:
      "The demo is a caller like any other, so that its rows are what the product makes: it uses verbs. Queries belong in server/services.",
  },
  {
    name: "runtime singleton",
    files: /^src\/server\/runtime\/(create|key-material|singleton)\.ts$/,
    may: [
      "server/clickhouse",
      "contracts",
      "env",
      "runtime",
      "server/core",
      "server/database",
      "server/mail",
      "server/webhooks",
      "server/tracing",
      "server/rate-limit",
      "server/services",
      "server/metrics",
      "gateway/state",
    ],
    advice:
      "What Next's bundle opens where it runs alone: nothing that needs a disk or a child process (runtime/open.ts).",
  },
  {
    name: "runtime secrets",
    files: /^src\/server\/runtime\/secrets-file\.ts$/,
    may: ["server/core"],
    packages: { never: [...WEB, ...BROWSER, ...SQL] },
    advice: "The secrets that a data directory keeps; what they are for belongs to who asks for them.",
  },
  {
    name: "supported node",
    files: /^src\/supported-node\.mjs$/,
    may: [],
    advice: "Runs before anything else, on any Node: it imports nothing.",
  },
  {
    name: "composition root",
    files:
      /^src\/server\/(runtime\/(migrations-folder|open|restore|settings-files|shutdown|type-fetch|worker-messages|worker-pool)|compressed-files|entry|main|primary|serve)\.ts$/,
    may: [
      "contracts",
      "supported node",
      "env",
      "runtime",
      "runtime singleton",
      "runtime secrets",
      "server/core",
      "server/database",
      "server/embedded-postgres",
      "server/tracing",
      "server/rate-limit",
      "server/jobs",
      "server/services",
      "server/auth",
      "gateway",
      "gateway/state",
      "server/trpc",
    ],
    advice: "It puts the parts together and starts them; anything that decides belongs in a part.",
  },
  {
    name: "cli",
    files: /^src\/cli\//,
    may: [
      "supported node",
      "contracts",
      "env",
      "server/core",
      "server/services",
      "server/demo",
      "runtime",
      "composition root",
      // What `demo play` runs, and the errors that it may end with.
      "demo integration",
      "client",
    ],
    packages: { never: [...WEB, ...BROWSER, ...SQL] },
    advice: "A command is as thin as a procedure or a route: queries belong in server/services.",
  },
];
