import { expect, test } from "vitest";
import { isLoopbackHost } from "@/contracts/hosts";

test.each(["localhost", "127.0.0.1", "127.8.9.10", "::1", "[::1]"])("%s is this machine", (host) => {
  expect(isLoopbackHost(host)).toBe(true);
});

test.each(["127.example.com", "localhost.example.com", "128.0.0.1", "127.0.0.1.example.com", "::10", ""])(
  "%j is another machine, or may be",
  (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  },
);
