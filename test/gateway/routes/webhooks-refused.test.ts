import { call, expectFieldErrors, expectProblem } from "@test/support/calls";
import { describe, expect, test } from "vitest";
import { MAX_WEBHOOK_ENDPOINTS } from "@/contracts/webhooks";
import { LICENSES, webhookApiSuite } from "./webhooks-support";

const { suite, api, desk, send, setUp, ofConsole } = webhookApiSuite();

describe("What cannot be is refused", () => {
  const events = LICENSES;
  const refused: [what: string, body: unknown, path: string, code: string][] = [
    ["a user and a password", { url: "https://u:p@hooks.acme.example/", events }, "url", "custom"],
    ["a fragment", { url: "https://hooks.acme.example/#x", events }, "url", "custom"],
    ["another scheme", { url: "ftp://hooks.acme.example/", events }, "url", "custom"],
    ["no URL", { url: "hooks", events }, "url", "custom"],
    [
      "a URL of 2,001 characters",
      { url: `https://h.example/${"x".repeat(2_000)}`, events },
      "url",
      "too_big",
    ],
    [
      "an unknown event",
      { url: "https://hooks.acme.example/", events: ["key.leaked"] },
      "events.0",
      "invalid_value",
    ],
    [
      "an event that is only for tests",
      { url: "https://hooks.acme.example/", events: ["webhook.test"] },
      "events.0",
      "invalid_value",
    ],
    ["no event", { url: "https://hooks.acme.example/", events: [] }, "events", "too_small"],
    [
      "an unknown field",
      { url: "https://hooks.acme.example/", events, secret: "whsec_mine" },
      "secret",
      "unknown_field",
    ],
    [
      "a description of 201 characters",
      { url: "https://hooks.acme.example/", events, description: "x".repeat(201) },
      "description",
      "too_big",
    ],
  ];

  test.each(refused)("%s", async (_, body, path, code) => {
    expectFieldErrors(await send(await desk(), "POST", "", body), { path, code });
  });

  // An address of a private network in every spelling that a reader of URLs takes (WHATWG URL, section 3.5), and in other dresses.
  test.each([
    "https://10.0.0.1/",
    "https://167772161/",
    "https://0xa000001/",
    "https://0xa.0.0.1/",
    "https://012.0.0.1/",
    "https://10.1/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::ffff:a00:1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:a00:1::]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://0/",
    "https://１０.0.0.1/",
  ])("%s, which leads inside", async (url) => {
    const by = await desk();
    expectFieldErrors(await send(by, "POST", "", { url, events }), { path: "url", code: "target_refused" });
    const { id } = await setUp(by);
    expectFieldErrors(await send(by, "PATCH", `/${id}`, { url }), { path: "url", code: "target_refused" });
  });

  test("a body of more than a mebibyte, one that is no JSON, and a change of nothing", async () => {
    const by = await desk();
    const large = { url: "https://hooks.acme.example/", events, description: "x".repeat(1_048_576) };
    expectProblem(await send(by, "POST", "", large), "payload_too_large");
    const raw = await call(api, "POST", "/staging/webhooks", { key: by.secret, raw: "{" });
    expectProblem(raw, "malformed_json");
    const { id } = await setUp(by);
    expectFieldErrors(await send(by, "PATCH", `/${id}`, {}), { path: "", code: "custom" });
  });

  test("one endpoint more than there may be", async () => {
    const by = await desk();
    for (let made = 0; made < MAX_WEBHOOK_ENDPOINTS; made++) await ofConsole(events);
    expectProblem(await send(by, "POST", "", { url: suite.receiver.url, events }), "conflict");
    const page = await send(by, "GET", "?limit=15");
    expect(page.json.data).toHaveLength(15);
    const rest = await send(by, "GET", `?limit=15&cursor=${page.json.nextCursor}`);
    expect([(rest.json.data as unknown[]).length, rest.json.nextCursor]).toEqual([5, null]);
  });

  test("ids that are none, and filters that there are not", async () => {
    const by = await desk();
    const { id } = await setUp(by);
    for (const path of ["/whe_x", `/${"key_01jdcyzx3m5n7p9q1r3s5t7v9w"}`, `/${id}/deliveries/msg_x`])
      expectProblem(await send(by, "GET", path), "not_found");
    expectFieldErrors(await send(by, "GET", `/${id}/deliveries?state=lost`), {
      path: "state",
      code: "invalid_value",
    });
    expectFieldErrors(await send(by, "GET", "?state=waiting"), { path: "state", code: "unknown_field" });
  });
});
