import { ownFixture } from "@test/support/suite";
import { sql as drizzle, type SQL } from "drizzle-orm";
import { expect, test } from "vitest";
import { createLogger } from "@/server/core/logger";

function logged(entry: object): string {
  const lines: string[] = [];
  createLogger("info", { write: (line) => void lines.push(line) }).info(entry, "message");
  return lines.join("");
}

test("A line of the log is JSON with time, level and message", () => {
  const line: unknown = JSON.parse(logged({ requestId: "req_1" }));
  expect(line).toMatchObject({
    level: "info",
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    requestId: "req_1",
    msg: "message",
  });
});

test.each(["authorization", "cookie", "password", "secret"])(
  "What is called %s does not reach the log, at the top or one level down",
  (name) => {
    const lines = logged({ [name]: "hidden-1", headers: { [name]: "hidden-2" } });
    expect(lines).not.toContain("hidden");
    expect(lines).toContain("[redacted]");
  },
);

test("A failed statement reaches the log with its text, code and place, and without what it was about", async () => {
  const fixture = await ownFixture();
  const planted = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE";
  const fault = async (statement: SQL) =>
    fixture.runtime.databases.owner.execute(statement).then(
      () => expect.fail("The statement should fail."),
      (error: unknown) => error,
    );
  const violated = await fault(drizzle`insert into settings (name, value) values (${planted}, null)`);
  const misfit = await fault(drizzle`select ${planted}::int`);
  const lines = [violated, misfit].map((err) => logged({ err }));
  for (const line of lines) expect(line).not.toContain(planted);
  expect(lines[0]).toContain("insert into settings");
  expect(lines[0]).toContain("23502");
  expect(lines[1]).toContain("22P02");
  expect(lines[1]).toContain("logger.test.ts");
});
