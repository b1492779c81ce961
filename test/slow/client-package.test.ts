import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildClientPackage, packClient } from "@/cli/client-package";

let world: MountedFixture;
let folder: string;

/** An integrator's empty folder, with the package installed as the guide says. */
beforeAll(async () => {
  world = await createMountedFixture("main.ts");
  folder = mkdtempSync(path.join(tmpdir(), "keyward-client-"));
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ type: "module" }));
  execFileSync(
    "npm",
    ["install", "--no-fund", "--no-audit", "--prefer-offline", `${world.mount.url}/docs/keyward-client.tgz`],
    { cwd: folder },
  );
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world?.close();
});

const PROGRAM = `import { createClient, KeywardError, type Schemas } from "keyward/client";

const keyward = createClient({
  baseUrl: process.env.KEYWARD_URL ?? "",
  apiKey: process.env.KEYWARD_API_KEY ?? "",
});
const license: Schemas["License"] = await keyward.post("/licenses", {
  body: { product: "desktop", customer: { email: "ada@example.com" } },
});
for await (const { id } of keyward.list("/licenses")) console.log(id === license.id);
try {
  await keyward.get("/customers/{id}", { params: { path: { id: "cus_01jf8z0000e008000000000000" } } });
} catch (error) {
  if (error instanceof KeywardError && error.code === "not_found") console.log(error.code);
}
// @ts-expect-error: there is no such path
await keyward.get("/nothing").catch(() => undefined);
// @ts-expect-error: a product is required
await keyward.post("/licenses", { body: {} }).catch(() => undefined);
`;

/** By the strictest rules, as a bundler and as Node itself resolve a package. */
test.each(["nodenext", "bundler"])("the types of the built package hold under %s", (moduleResolution) => {
  writeFileSync(path.join(folder, "use.ts"), PROGRAM);
  const compilerOptions = {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    target: "es2022",
    lib: ["es2022", "dom", "dom.iterable"],
    module: moduleResolution === "nodenext" ? "nodenext" : "esnext",
    moduleResolution,
    types: ["node"],
    typeRoots: [path.resolve("node_modules/@types")],
  };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.ts"] }));
  const { stdout } = spawnSync(process.execPath, [path.resolve("node_modules/typescript/bin/tsc")], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(stdout).toBe("");
});

test("a program in an empty folder sells a licence with it", async () => {
  const { secret } = await world.fixture.key({
    environment: "staging",
    permissions: ["licenses:manage", "customers:write"],
  });
  const script = path.join(folder, "use.mjs");
  writeFileSync(script, PROGRAM.replace(", type Schemas", "").replace(': Schemas["License"]', ""));
  const said = execFileSync(process.execPath, [script], {
    cwd: folder,
    encoding: "utf8",
    env: {
      NODE_ENV: "test",
      KEYWARD_URL: `${world.mount.url}/api/v1/staging`,
      KEYWARD_API_KEY: secret,
    },
  });
  expect(said.trim().split("\n")).toEqual(["true", "not_found"]);
});

test("the package is the same bytes whoever builds it, says no path of that machine, and is asked for anew", async () => {
  const at = path.relative(".", folder);
  await buildClientPackage(process.cwd(), `${at}/built`);
  packClient(process.cwd(), `${at}/built`, `${at}/built.tgz`);
  const built = readFileSync(path.join(folder, "built.tgz"));
  const answer = await fetch(`${world.mount.url}/docs/keyward-client.tgz`);
  expect(Buffer.from(await answer.arrayBuffer()).equals(built)).toBe(true);
  expect(gunzipSync(built).includes(path.dirname(process.cwd()))).toBe(false);
  expect(answer.headers.get("content-type")).toBe("application/gzip");
  expect(answer.headers.get("cache-control")).toBe("no-cache");
});
