import { describe, expect, test } from "vitest";
import { readTarget } from "@/features/logs/explain/explain-query";

describe("What was pasted as the path of a call", () => {
  test.each([
    ["/customers", "/customers", "staging"],
    [" /customers/cus_1 ", "/customers/cus_1", "staging"],
    ["https://api.acme.example/api/v1/staging/customers?limit=2#top", "/customers", "staging"],
    ["/api/v1/production/licenses", "/licenses", "production"],
    ["/api/v1/key", "/key", "staging"],
    ["HTTP://127.0.0.1:3000/api/v1/development/key?api_key=secret", "/key", "development"],
    // What only begins like a base is a path.
    ["/api/v1x/key", "/api/v1x/key", "staging"],
    ["/api/v1/production", "/production", "staging"],
    // As every client resolves it, and so the gateway never sees it otherwise.
    ["/customers/../key", "/key", "staging"],
    ["/customers/%2E%2e/key?to=/..", "/key", "staging"],
    ["/../production/key", "/key", "production"],
    ["/customers/./x/.", "/customers/x/", "staging"],
    ["/customers\\x", "/customers/x", "staging"],
    ["/customers/a b", "/customers/a%20b", "staging"],
    ["//acme.example/key", "//acme.example/key", "staging"],
    ["https://acme.example", "", "staging"],
    // Out of the API: the server tells.
    ["/../../../key", "/../../../key", "staging"],
    ["/api/v1/../key", "/api/v1/../key", "staging"],
    ["customers", "customers", "staging"],
    ["", "", "staging"],
    ["?keyId=secret", "", "staging"],
  ])("%j is %j at %s", (typed, path, endpoint) => {
    expect(readTarget(typed, "staging")).toEqual({ path, endpoint });
  });
});
