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
    level: 30,
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
