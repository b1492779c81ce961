import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { firstLoadsOf } from "./architecture/first-load";
import { barrels, environmentUses, lostTimeouts, webNamesInServices } from "./architecture/habits";
import { forbiddenImports, moduleCircles, nounCircles } from "./architecture/imports";
import { ROOT, readSources, sourcesOf } from "./architecture/source";

const sources = readSources("src");

describe("imports", () => {
  test("of every file are those that architecture.md allows its room", () => {
    expect(forbiddenImports(sources)).toEqual([]);
  });

  test("load no file in a circle, and tie no two nouns of services to each other", () => {
    expect(moduleCircles(sources)).toEqual([]);
    expect(nounCircles(sources)).toEqual([]);
  });

  test.each([
    ["src/contracts/keys.ts", `import { parse } from "node:path";`],
    ["src/contracts/keys.ts", `import type { Principal } from "@/server/core/principal";`],
    ["src/contracts/keys.ts", `import { z } from "zod";`],
    ["src/contracts/keys.ts", `import { idSchema } from "./schemas/ids";`],
    ["src/demo-integration/parts.ts", `import type { LicenseView } from "@/contracts/licenses";`],
    ["src/components/badge.tsx", `import { trpc } from "@/trpc/client";`],
    ["src/lib/cn.ts", `export * from "../features/keys/words";`],
    ["src/features/keys/list.tsx", `import type { Row } from "@/features/customers/list";`],
    ["src/features/keys/list.tsx", `import type { AppRouter } from "@/server/trpc/router";`],
    ["src/features/keys/list.tsx", `const glue = await import("@/trpc/server");`],
    ["src/trpc/client.tsx", `import { type AppRouter } from "@/server/trpc/router";`],
    ["src/app/page.tsx", `import { listKeys } from "@/server/services/keys";`],
    ["src/app/page.tsx", `type Key = import("@/server/database/schema").Key;`],
    ["src/app/api/ready/route.ts", `import { openRuntime } from "@/server/runtime/open";`],
    ["src/server/core/ids.ts", `import { sql } from "drizzle-orm";`],
    ["src/server/core/ids.ts", `import { admins } from "../database/schema";`],
    ["src/server/database/session.ts", `import { listKeys } from "../services/keys";`],
    ["src/server/services/keys/get.ts", `import { NextResponse } from "next/server";`],
    ["src/server/services/keys/get.ts", `import { findKey } from "@/gateway/authenticate/look-up";`],
    ["src/server/services/keys/get.ts", `import type { TRPCError } from "@trpc/server";`],
    ["src/server/services/keys/get.ts", `import { customerViewOf } from "../customers/view";`],
    ["src/server/trpc/routers/keys.ts", `import { apiKeys } from "@/server/database/schema";`],
    ["src/server/trpc/routers/keys.ts", `import { ROUTES } from "@/gateway/routes";`],
    ["src/server/embedded-postgres/start.ts", `import { admins } from "../database/schema";`],
    ["src/server/trpc/routers/keys.ts", `import { lockKey } from "@/server/services/keys/internal/load";`],
    ["src/gateway/app.ts", `const { eq } = require("drizzle-orm/pg-core");`],
    ["src/cli/commands/keys.ts", `import postgres from "postgres";`],
    ["src/helpers/misc.ts", ""],
  ])("are refused where %s says %s", (file, text) => {
    const others = [
      "src/server/services/keys/internal/load.ts",
      "src/server/services/customers/internal/view.ts",
      "src/server/services/keys/index.ts",
    ];
    const tree = sourcesOf({ ...Object.fromEntries(others.map((other) => [other, ""])), [file]: text });
    expect(forbiddenImports(tree)).toHaveLength(1);
  });

  test("in a circle are found", () => {
    const tree = sourcesOf({
      "src/server/services/keys/index.ts": `export { a } from "./a";`,
      "src/server/services/keys/a.ts": `import type { B } from "../customers";`,
      "src/server/services/customers/index.ts": `export { b } from "./b";`,
      "src/server/services/customers/b.ts": `import { a } from "../keys";`,
    });
    expect(nounCircles(tree)).toEqual(["keys -> customers -> keys"]);
    expect(moduleCircles(tree)).toEqual([]);
  });
});

describe("The first load of a page", () => {
  test("has no schemas: what checks a form comes when the page is idle, or with its dialog", () => {
    expect(
      firstLoadsOf("zod", sources),
      "Schemas are imported by what `onDemand` fetches, or by `new Lazy(() => import(…))`. Values of an address are read by lib/address-field.",
    ).toEqual([]);
  });

  test("is followed through what the browser runs, and not through what the server draws or what comes late", () => {
    const tree = sourcesOf({
      "src/app/page.tsx": `import { z } from "zod"; import { List } from "./list";`,
      "src/app/list.tsx": `"use client"; import { state } from "@/lib/state"; const Lazy = () => import("@/lib/form");`,
      "src/lib/state.ts": `import { z } from "zod";`,
      "src/lib/form.ts": `import { z } from "zod";`,
    });
    expect(firstLoadsOf("zod", tree)).toEqual(["src/app/list.tsx -> src/lib/state.ts"]);
  });
});

/** Who touches `process.env` besides src/env.ts, how exactly, and why it may. */
const ENVIRONMENT_USES = [
  {
    file: "src/cli/build.ts",
    use: "...process.env",
    why: "hands the shell's variables on to the child that builds, and looks at none",
  },
  { file: "src/env.ts", use: "process.env", why: "the reader" },
  {
    file: "src/server/entry.ts",
    use: "process.env",
    why: "React and Next read it themselves when they are imported",
  },
  {
    file: "src/server/runtime/singleton.ts",
    use: "process.env.NEXTAUTH_URL",
    why: "NextAuth reads it itself: one that is set to nothing has to be absent",
  },
  {
    file: "src/server/serve.ts",
    use: "process.env.NEXTAUTH_URL = runtime.baseUrl",
    why: "NextAuth reads it itself and takes no argument for it",
  },
  {
    file: "src/server/serve.ts",
    use: 'process.env.NEXT_TELEMETRY_DISABLED = "1"',
    why: "Next reads it itself and takes no argument for it",
  },
];

test("Settings come from src/env.ts: nothing else reads process.env", () => {
  const allowed = ENVIRONMENT_USES.map(({ file, use }) => ({ file, use }));
  expect(
    environmentUses(sources),
    "Add the variable to src/env.ts and take it from the runtime's env. An exception needs a line, with its reason, in this test.",
  ).toEqual(allowed);
});

test.each([
  "const url = process.env.DATABASE_URL;",
  'const url = process["env"].DATABASE_URL;',
  "const { env } = process;",
  "const url = globalThis.process.env.DATABASE_URL;",
  'import { env } from "node:process";',
  "const url = import.meta.env.DATABASE_URL;",
])("Reading a setting by the back door is noticed: %s", (text) => {
  expect(environmentUses(sourcesOf({ "src/lib/url.ts": text }))).toHaveLength(1);
});

test("No timeout is held by a signal of several alone, which Node 20 would collect", () => {
  expect(lostTimeouts(sources)).toEqual([]);
  const text = "const over = AbortSignal.any([stop, AbortSignal.timeout(1_000)]);";
  expect(lostTimeouts(sourcesOf({ "src/lib/over.ts": text }))).toEqual(["src/lib/over.ts:1"]);
});

/** Files besides a noun's index that hand exports on, and why they may. */
const BARRELS: Record<string, string> = {
  "src/client/index.ts": "the entrance of a package, which is all that other people's programs see of it",
  "src/server/database/schema/index.ts": "drizzle takes all tables as one object",
  "src/server/rate-limit/index.ts": "the limiter is one port; what is behind it stays behind it",
  "src/server/embedded-postgres/start.ts":
    "the entrance of the folder embedded/: callers catch the error it throws",
};

test("There are no barrels but a noun's index: a file is imported from where it is", () => {
  const others = barrels(sources).filter((file) => !/^src\/server\/services\/[^/]+\/index\.ts$/.test(file));
  expect(others.filter((file) => !Object.hasOwn(BARRELS, file))).toEqual([]);
});

test("Services know of no web request", () => {
  expect(webNamesInServices(sources)).toEqual([]);
});

describe("package-lock.json", () => {
  interface Lock {
    packages: Record<string, { version?: string; resolved?: string }>;
  }
  const lock = JSON.parse(readFileSync(path.join(ROOT, "package-lock.json"), "utf8")) as Lock;

  test("names no registry, so that an installation uses its own", () => {
    const resolved = Object.entries(lock.packages).filter(([, details]) => details.resolved !== undefined);
    expect(resolved).toEqual([]);
  });

  test("has one version of all @trpc packages: mixed ones fail only at run time", () => {
    const versions = Object.entries(lock.packages)
      .filter(([name]) => name.includes("node_modules/@trpc/"))
      .map(([, details]) => details.version);
    expect(versions.length).toBeGreaterThan(1);
    expect(new Set(versions).size).toBe(1);
  });
});
