import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { signedHeaders } from "@/server/webhooks/signature";

const DOCUMENT = readFileSync("docs/webhooks.md", "utf8");
const block = (language: string) => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(DOCUMENT)?.[1] ?? "";

type Headers = Record<string, string>;

const secret = /whsec_[\w+/=]+/.exec(DOCUMENT)?.[0] ?? "";
const [head = "", body = ""] = block("http").trim().split("\n\n");
const headers: Headers = Object.fromEntries(
  head
    .split("\n")
    .slice(1)
    .map((line) => line.split(": ")),
);
const at = new Date(JSON.parse(body).timestamp);

/** What is not from Keyward, or has lost something on its way. */
const FORGED: [string, Headers][] = [
  ...["webhook-id", "webhook-timestamp", "webhook-signature"].map((name): [string, Headers] => [
    `without ${name}`,
    Object.fromEntries(Object.entries(headers).filter(([header]) => header !== name)),
  ]),
  ["of a time that is none", { ...headers, "webhook-timestamp": "now" }],
  ["of another id", { ...headers, "webhook-id": "msg_1" }],
  ["with a signature that is none", { ...headers, "webhook-signature": "v1,é v1, é" }],
];

test("The request that receivers are shown is signed as we sign, at the time that its body tells", () => {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  expect(headers).toMatchObject(signedHeaders({ id: headers["webhook-id"] ?? "", body, at }, [key]));
});

describe("The sample for Node", () => {
  beforeAll(() => vi.useFakeTimers({ toFake: ["Date"], now: at }));
  afterAll(() => vi.useRealTimers());

  test("takes that request, and answers no to whatever is none, without a fault", async () => {
    const source = `data:text/javascript,${encodeURIComponent(block("js"))}`;
    const { isFromKeyward } = (await import(/* @vite-ignore */ source)) as {
      isFromKeyward(secret: string, headers: Headers, body: string): boolean;
    };
    expect(isFromKeyward(secret, headers, body)).toBe(true);
    for (const [how, forged] of FORGED)
      expect([how, isFromKeyward(secret, forged, body)]).toEqual([how, false]);
  });
});

test.skipIf(spawnSync("python3", ["--version"]).status !== 0)(
  "The sample for Python takes that request, and answers no to whatever is none, without a fault",
  () => {
    const cases = [headers, ...FORGED.map(([, forged]) => forged)];
    const program = `${block("python")}
import json, sys
time.time = lambda: ${at.getTime() / 1_000}
secret, body, cases = json.loads(sys.stdin.buffer.read())
print(json.dumps([is_from_keyward(secret, headers, body.encode()) for headers in cases]))`;
    const { stdout, stderr } = spawnSync("python3", ["-c", program], {
      input: JSON.stringify([secret, body, cases]),
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual([true, ...FORGED.map(() => false)]);
  },
);
