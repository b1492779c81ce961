import { describe, expect, test } from "vitest";
import { hashPassword, verifyPassword } from "@/server/core/passwords";

const PASSWORD = "correct horse battery staple";

describe("The hash of a password", () => {
  test("is Argon2id with at least 19 MiB, 2 passes and 1 lane (OWASP), in PHC form, without the password", async () => {
    const hash = await hashPassword(PASSWORD);
    const [, kind, version, parameters = ""] = hash.split("$");
    expect([kind, version]).toEqual(["argon2id", "v=19"]);
    const [, memory, passes, lanes] = /^m=(\d+),t=(\d+),p=(\d+)$/.exec(parameters) ?? [];
    expect(Number(memory)).toBeGreaterThanOrEqual(19 * 1_024);
    expect(Number(passes)).toBeGreaterThanOrEqual(2);
    expect(Number(lanes)).toBeGreaterThanOrEqual(1);
    expect(hash).not.toContain("horse");
  });

  test("is salted: the same password never gives the same hash", async () => {
    expect(await hashPassword(PASSWORD)).not.toBe(await hashPassword(PASSWORD));
  });
});

describe("A password", () => {
  test.each([
    PASSWORD,
    "пароль-из-двенадцати",
    "🔑".repeat(20),
    " blanks at both ends ",
    "a\u0000b with a NUL in it",
    "x".repeat(256),
  ])("is recognised, and only as it is: %j", async (password) => {
    const hash = await hashPassword(password);
    expect(await verifyPassword(hash, password)).toBe(true);
    for (const other of [`${password} `, password.trim().slice(1), password.toUpperCase().slice(0, -1), ""]) {
      expect(await verifyPassword(hash, other)).toBe(false);
    }
  });

  test("of nobody is always wrong, and looking at it is work all the same", async () => {
    expect(await verifyPassword(null, PASSWORD)).toBe(false);
    expect(await verifyPassword(null, "the password of nobody")).toBe(false);
  });
});
