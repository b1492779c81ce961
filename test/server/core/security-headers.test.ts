import { describe, expect, test } from "vitest";
import { answerHeaders, pageHeaders } from "@/server/core/security-headers";

describe("Over HTTPS browsers are told to come back by HTTPS alone, over plain HTTP they are not", () => {
  const NAME = "Strict-Transport-Security";
  const page = { nonce: "n", development: false };

  test("by pages and by every other answer", () => {
    expect(answerHeaders({ https: true })[NAME]).toBe("max-age=31536000");
    expect(pageHeaders({ ...page, https: true })[NAME]).toBe("max-age=31536000");
    expect(answerHeaders({ https: false })).not.toHaveProperty(NAME);
    expect(pageHeaders({ ...page, https: false })).not.toHaveProperty(NAME);
  });
});

test("A page's scripts are those that know its nonce, and evaluate text in development alone", () => {
  const policy = (development: boolean) =>
    pageHeaders({ nonce: "n-1", https: true, development })["Content-Security-Policy"];
  expect(policy(false)).toContain("script-src 'self' 'nonce-n-1' 'strict-dynamic';");
  expect(policy(false)).not.toContain("unsafe-eval");
  expect(policy(true)).toContain("'unsafe-eval'");
});
