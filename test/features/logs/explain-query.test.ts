import { describe, expect, test } from "vitest";
import { readTarget } from "@/features/logs/explain/explain-query";

describe("What was pasted as the path of a call", () => {
  test.each([
    ["/customers", "/customers", null],
    [" /customers/cus_1 ", "/customers/cus_1", null],
    ["https://api.acme.example/api/v1/staging/customers?limit=2#top", "/customers", "staging"],
    ["/api/v1/production/licenses", "/licenses", "production"],
    ["/api/v1/key", "/key", null],
    ["HTTP://127.0.0.1:3000/api/v1/development/key?api_key=secret", "/key", "development"],
    // What only begins like a base is a path.
    ["/api/v1x/key", "/api/v1x/key", null],
    ["/api/v1/production", "/production", null],
    ["customers", "customers", null],
    ["", "", null],
    ["?key=secret", "", null],
  ])("%j is %j at %j", (typed, path, environment) => {
    expect(readTarget(typed)).toEqual({ path, environment });
  });
});
