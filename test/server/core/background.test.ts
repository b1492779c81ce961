import { expect, test } from "vitest";
import { Background } from "@/server/core/background";
import { createLogger } from "@/server/core/logger";

const CALL = { requestId: null };

test("Settled is what has ended, what it began meanwhile included", async () => {
  const background = new Background(createLogger("silent"));
  const ended: string[] = [];
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  background.run(CALL, "Failed", async () => {
    await held;
    background.run(CALL, "Failed", async () => void ended.push("second"));
    ended.push("first");
  });
  const settled = background.settled();
  expect(ended).toEqual([]);
  release();
  await settled;
  expect(ended.toSorted()).toEqual(["first", "second"]);
});

test("Work that fails is told to the log, and to nobody who waits", async () => {
  const lines: string[] = [];
  const background = new Background(createLogger("info", { write: (line) => void lines.push(line) }));
  background.run({ requestId: "req_01h455vb4pex5vsknk084sn02q" }, "The mail could not be queued", () =>
    Promise.reject(new Error("away")),
  );
  await background.settled();
  expect(lines.join()).toContain("The mail could not be queued");
  expect(lines.join()).toContain("req_01h455vb4pex5vsknk084sn02q");
});
