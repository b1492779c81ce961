import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { callExample, createWorld, EXAMPLE_KEY, EXAMPLE_SHOWN_KEY } from "@test/gateway/openapi/world";
import { call, type PublicApi } from "@test/support/calls";
import { onlySettings } from "@test/support/child-env";
import { createMountedFixture } from "@test/support/mounted-fixture";
import {
  descriptionFolder,
  installTools,
  rulesPath,
  runTool,
  toolPath,
  toolsNode,
} from "@test/support/openapi-tools";
import { freePort } from "@test/support/ports";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { ROUTES } from "@/gateway/routes";
import { poll } from "@/server/embedded-postgres/processes";

// In one file, as two would install the tools at the same time.
beforeAll(installTools, 600_000);

test("Spectral finds nothing in the description by the rules for OpenAPI and those of OWASP, but for listed exceptions", () => {
  const said = runTool(
    "@stoplight/spectral-cli/dist/index.js",
    ["lint", "--fail-severity", "hint", "--ruleset", rulesPath("spectral.yaml"), "openapi.json"],
    descriptionFolder(),
  );
  expect(said).toContain("No results with a severity of 'hint' or higher found!");
});

test("Redocly finds nothing in it by its strict rules, but for listed exceptions", () => {
  const said = runTool(
    "@redocly/cli/bin/cli.js",
    ["lint", "--config", rulesPath("redocly.yaml"), "--max-problems", "1000", "openapi.json"],
    descriptionFolder(),
  );
  expect(said).toContain("Your API description is valid");
  expect(said).not.toMatch(/\d+ (warning|error)/);
});

/** Whether what is in a folder has no fault of types, by the strictest settings that generated code is meant for. */
function typeCheck(folder: string): void {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: "ES2022",
    lib: ["ES2022", "DOM", "DOM.Iterable"],
    module: "esnext",
    moduleResolution: "bundler",
    skipLibCheck: false,
    types: [],
  };
  const config = { compilerOptions, include: ["**/*.ts"] };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(config));
  runTool("typescript/bin/tsc", ["--project", "tsconfig.json"], folder);
}

test("types by openapi-typescript are right, and name every resource", () => {
  const folder = descriptionFolder();
  runTool("openapi-typescript/bin/cli.js", ["openapi.json", "--output", "api.d.ts"], folder);
  writeFileSync(
    path.join(folder, "use.ts"),
    `import type { components, operations } from "./api";
type Schemas = components["schemas"];
export const customer: Schemas["CustomerCreate"] = { email: "ada@example.com", name: null };
export const job: Schemas["JobStart"] = { type: "licenses.generate", input: { product: "Editor", count: 2 } };
// @ts-expect-error: another type's input
export const wrong: Schemas["JobStart"] = { type: "customers.import", input: { product: "Editor", count: 2 } };
export const status = (license: Schemas["License"]): Schemas["LicenseStatus"] => license.status;
export type Refusal = operations["customers.create"]["responses"][409]["content"]["application/problem+json"]["code"];
export const refusal: Refusal = "conflict";
// @ts-expect-error: it is no code of this answer
export const other: Refusal = "key_missing";
`,
  );
  typeCheck(folder);
});

test("the types of keyward/client are those of the description", async () => {
  const folder = descriptionFolder();
  runTool("openapi-typescript/bin/cli.js", ["openapi.json", "--output", "api.d.ts"], folder);
  // Written anew with `-u` where the description has changed.
  const types = readFileSync(path.join(folder, "api.d.ts"), "utf8");
  await expect(types).toMatchFileSnapshot(path.resolve("src/client/openapi.d.ts"));
});

test("a client by @hey-api/openapi-ts is right", () => {
  const folder = descriptionFolder();
  runTool(
    "@hey-api/openapi-ts/bin/run.js",
    ["--input", "openapi.json", "--output", "client", "--client", "@hey-api/client-fetch"],
    folder,
  );
  writeFileSync(
    path.join(folder, "use.ts"),
    `import { client } from "./client/client.gen";
import { customersCreate, licensesValidate } from "./client/sdk.gen";
client.setConfig({ baseUrl: "https://keys.acme.example/api/v1/production", auth: "key" });
export async function use(): Promise<string | undefined> {
  const { data, error } = await customersCreate({ body: { email: "ada@example.com" } });
  if (error) return error.code;
  const verdict = await licensesValidate({ body: { key: data.id } });
  return verdict.data?.code;
}
`,
  );
  typeCheck(folder);
});

test.each(["fetch", "zod"])("a client by orval for %s is right", (client) => {
  const folder = descriptionFolder();
  writeFileSync(
    path.join(folder, "orval.config.mjs"),
    `export default { api: { input: "openapi.json", output: { target: "client.ts", client: "${client}" } } };\n`,
  );
  runTool("orval/dist/bin/orval.mjs", ["--config", "orval.config.mjs"], folder);
  typeCheck(folder);
});

/** What Prism says was not as described, of answers and of calls. */
interface Violation {
  location: string[];
  message: string;
}

/** Prism before the production of the mount: hands every call on, and tells in a header what is not as described. */
async function startPrism(url: string): Promise<string> {
  const port = await freePort();
  const child = spawn(
    toolsNode(),
    [
      toolPath("@stoplight/prism-cli/dist/index.js"),
      "proxy",
      path.join(descriptionFolder(url, { closed: true }), "openapi.json"),
      `${url}/api/v1/production`,
      "--port",
      String(port),
      "--multiprocess=false",
    ],
    { stdio: ["ignore", "pipe", "pipe"], env: onlySettings({ NO_COLOR: "1" }) },
  );
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  onTestFinished(async () => {
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
  });
  const ready = await poll(
    async () => {
      if (child.exitCode !== null) throw new Error(`Prism ended:\n${said}`);
      return said.includes("Prism is listening") || undefined;
    },
    60_000,
    100,
  );
  if (!ready) throw new Error(`Prism did not listen:\n${said}`);
  return `http://127.0.0.1:${port}`;
}

/** A mount with the records of the examples in its production, and the key that they are called with. */
async function exampleMount() {
  const mounted = await createMountedFixture("main.ts");
  onTestFinished(() => mounted.close());
  const { secret } = await mounted.fixture.key(EXAMPLE_KEY);
  const { secret: shown } = await mounted.fixture.key(EXAMPLE_SHOWN_KEY);
  const ended = async (id: string) => {
    const job = await call(mounted.api, "GET", `/production/jobs/${id}`, { key: secret });
    return job.json.status === "succeeded" || undefined;
  };
  const finish = (id: string) => poll(() => ended(id), 60_000, 100);
  return { mounted, world: await createWorld(mounted.api, { secret, shown }, finish) };
}

test("Prism finds no call and no answer of the examples that is not as described", async () => {
  const { mounted, world } = await exampleMount();
  const prism = await startPrism(mounted.mount.url);
  const violations: string[] = [];
  const api: PublicApi = async (target, init, address) => {
    const headers = {
      "x-forwarded-for": address,
      connection: "close",
      ...(init.headers as Record<string, string>),
    };
    const answer = await fetch(prism + target.replace("/api/v1/production", ""), { ...init, headers });
    const told = JSON.parse(answer.headers.get("sl-violations") ?? "[]") as Violation[];
    for (const { location, message } of told)
      violations.push(`${init.method} ${target} ${answer.status}: ${location.join(".")}: ${message}`);
    return answer;
  };
  for (const route of ROUTES)
    for (const example of route.examples) {
      const before = violations.length;
      await callExample(api, route, example, world);
      // What is printed to be refused for its form is, by both.
      if ("problem" in example.answer && example.answer.problem === "validation_failed") {
        const ofCalls = violations.splice(before).filter((one) => !one.includes(": request."));
        violations.push(...ofCalls);
      }
    }
  expect(violations).toEqual([]);
});

/** What Newman reports of a run, as far as it is read here. */
interface Run {
  run: { executions: { item: { name: string }; response?: { code: number } }[] };
}

test("every request of the Postman collection runs by Newman, as it comes, and is understood", async () => {
  const { mounted, world } = await exampleMount();
  const folder = mkdtempSync(path.join(tmpdir(), "keyward-postman-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = async (name: string, change: (text: string) => string) => {
    const answer = await fetch(`${mounted.mount.url}/api/v1/postman/${name}`);
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="keyward/);
    writeFileSync(path.join(folder, name), change(await answer.text()));
    return name;
  };
  // The records have other ids here than those that are printed.
  const collection = await file("collection.json", (text) =>
    [...world.ids].reduce((text, [printed, real]) => text.replaceAll(printed, real), text),
  );
  const settings = await file("production.json", (text) =>
    text.replace('"key":"apiKey","value":""', `"key":"apiKey","value":"${world.secret}"`),
  );
  const report = path.join(folder, "report.json");
  runTool(
    "newman/bin/newman.js",
    ["run", collection, "-e", settings, "--reporters", "json", "--reporter-json-export", report],
    folder,
  );
  const { run } = JSON.parse(readFileSync(report, "utf8")) as Run;
  expect(run.executions).toHaveLength(ROUTES.length);
  const answers = run.executions.map(({ item, response }) => `${response?.code} ${item.name}`);
  // In the order of the reference some change or delete what others are about.
  expect(answers.filter((one) => !/^(2\d\d|404|409) /.test(one))).toEqual([]);
  expect(answers.filter((one) => one.startsWith("2")).length).toBeGreaterThan(ROUTES.length * 0.7);
}, 180_000);
