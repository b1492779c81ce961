import { runProgram, settingsFor } from "@test/cli/run";
import { createTestDatabase } from "@test/support/postgres";
import { expect, onTestFinished, test } from "vitest";

test("demo fill prints how to sign in and keys to try, and refuses in one line the second time", async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const demo = (...options: string[]) => runProgram(["demo", "fill", ...options], settingsFor(database.url));

  const filled = await demo("--owner", "me@acme.example");
  expect({ code: filled.code, stderr: filled.stderr }).toEqual({ code: 0, stderr: "" });
  expect(filled.stdout).toMatch(/\/sign-in as me@acme\.example with the password [\w-]{16}\n/);
  expect(filled.stdout.match(/^ {2}kw_(prod|stag)_[0-9A-Za-z]{38} {2}\S.*$/gm)).toHaveLength(4);
  expect(filled.stdout).toMatch(/^ {2}kw_prod_\w{38} {2}Online shop$/m);

  const again = await demo();
  expect(again).toMatchObject({ code: 1, stdout: "" });
  expect(again.stderr).toMatch(/^This installation is not empty: [^\n]+ --add [^\n]+\n$/);
}, 120_000);
