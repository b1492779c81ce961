import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { quickStart } from "@/lib/quick-start";

const run = promisify(execFile);

let world: MountedFixture;
let secret: string;
let folder: string;

beforeAll(async () => {
  world = await createMountedFixture("main.ts");
  ({ secret } = await world.fixture.key({ environment: "staging" }));
  folder = await mkdtemp(path.join(tmpdir(), "keyward-quick-start-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await world?.close();
});

/** Runs lines as somebody would who pasted them into a file, and gives what they print. */
async function printed(label: string, file: string, ...command: [string, ...string[]]): Promise<string> {
  const lines = quickStart(`${world.mount.url}/api/v1/staging`, secret).find((one) => one.label === label);
  const script = path.join(folder, file);
  await writeFile(script, lines?.text ?? "");
  const [program, ...words] = command;
  const { stdout } = await run(program, [...words, script], {
    // Go compiles its library where HOME has a cache for it.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, KEYWARD_API_KEY: secret, NODE_ENV: "test" },
  });
  return stdout;
}

/** In JSON, and in what Node prints of an object. */
const ANSWER = /environment"?: ?["']staging["']/;

test("The lines of curl make a first call as they stand", async () => {
  expect(await printed("curl", "call.sh", "sh")).toMatch(ANSWER);
});

test("The lines of JavaScript make a first call as they stand", async () => {
  expect(await printed("JavaScript", "call.mjs", process.execPath)).toMatch(ANSWER);
});

test("The lines of Python make a first call as they stand", { tags: "python3" }, async () => {
  expect(await printed("Python", "call.py", "python3")).toMatch(ANSWER);
});

test("The lines of Go make a first call as they stand", { tags: "golang-go" }, async () => {
  expect(await printed("Go", "call.go", "go", "run")).toMatch(ANSWER);
});

test("The lines of PHP make a first call as they stand", { tags: "php-cli" }, async () => {
  expect(await printed("PHP", "call.php", "php")).toMatch(ANSWER);
});
