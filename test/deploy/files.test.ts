import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { validate } from "dockerfile-utils";
import { describe, expect, onTestFinished, test } from "vitest";
import { SETTING_NAMES } from "@/env";

const dockerfile = readFileSync("Dockerfile", "utf8");

/** Instructions of the last stage, by their keyword. */
function instructions(keyword: string): string[] {
  const stage = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
  const lines = stage.replace(/\\\n\s*/g, "").split("\n");
  return lines.filter((line) => line.startsWith(`${keyword} `)).map((line) => line.slice(keyword.length + 1));
}

describe("The container file", () => {
  test("is valid", () => {
    expect(validate(dockerfile)).toEqual([]);
    // Else whatever it is built on changes by itself.
    expect(dockerfile).not.toMatch(/^FROM [^\s:]+(:latest)?(\s|$)/m);
  });

  test("runs as a user that is not root, without a shell or npm between it and its signals", () => {
    expect(instructions("USER")).toEqual(["node"]);
    const [node, ...rest] = JSON.parse(instructions("CMD").join());
    expect([node, rest.at(-1)]).toEqual(["node", "dist/main.js"]);
  });

  test("takes nothing but what the repository has or a build makes", () => {
    const copied = instructions("COPY").flatMap((line) => line.split(" ").slice(1, -1));
    expect(copied.length).toBeGreaterThan(5);
    const missing = copied.map((from) => path.relative("/app", from)).filter((file) => !existsSync(file));
    expect(missing).toEqual([]);
  });
});

test("Node is given the same options by npm, in the container and under systemd", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
  const [, byNpm] = /exec (node .*)$/.exec(scripts.start) ?? [];
  const [, bySystemd] =
    /^ExecStart=\/usr\/bin\/(node .*)$/m.exec(readFileSync("deploy/keyward.service", "utf8")) ?? [];
  expect(byNpm).toMatch(/^node .+ dist\/main\.js$/);
  expect([JSON.parse(instructions("CMD").join()).join(" "), bySystemd]).toEqual([byNpm, byNpm]);
});

test("compose.yaml gives Keyward no setting that it does not have", () => {
  const [, keyward = ""] =
    /^ {2}keyward:\n([\s\S]*?)^ {2}\w/m.exec(readFileSync("compose.yaml", "utf8")) ?? [];
  const [, environment = ""] = /environment:\n((?: {6}.*\n)+)/.exec(keyward) ?? [];
  const names = [...environment.matchAll(/^ {6}(\w+):/gm)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(4);
  expect(names.filter((name) => !SETTING_NAMES.includes(name))).toEqual([]);
});

test("systemd takes the unit, and finds it hardened", () => {
  const directory = mkdtempSync(path.join(tmpdir(), "keyward-unit-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const unit = path.join(directory, "keyward.service");
  // Node stands elsewhere on some machines.
  const text = readFileSync("deploy/keyward.service", "utf8").replace("/usr/bin/node", process.execPath);
  writeFileSync(unit, text);
  const analyze = (...args: string[]) =>
    execFileSync("systemd-analyze", [...args, unit], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  expect(analyze("verify")).toBe("");
  const [, exposure] = /exposure level for \S+: ([\d.]+)/.exec(analyze("security", "--offline=true")) ?? [];
  expect(Number(exposure)).toBeLessThan(2);
});

describe("On hosting like Vercel's a function", () => {
  const vercel = JSON.parse(readFileSync("vercel.json", "utf8"));

  test("is called by the scheduler at a path that there is", () => {
    const paths = vercel.crons.map(({ path: route }: { path: string }) => `src/app${route}/route.ts`);
    expect(paths.length).toBe(1);
    expect(paths.filter((file: string) => !existsSync(file))).toEqual([]);
  });
});
