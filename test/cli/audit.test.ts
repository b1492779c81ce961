import { suiteFixture } from "@test/support/suite";
import { expect, test } from "vitest";
import { runCli, runProgram, settingsFor } from "./run";

const fixture = suiteFixture();

const audit = (...words: string[]) => runCli(["audit", ...words], settingsFor(fixture.databaseUrl));

/** What the owner of the database can do by hand. */
async function tamper(statement: string): Promise<void> {
  const owner = fixture.runtime.databases.owner.$client;
  await owner.unsafe(`
    alter table audit_events disable trigger user; ${statement}; alter table audit_events enable trigger user`);
}

let head = "";

test("An empty audit is no break, and has no head", async () => {
  expect(await audit("verify")).toMatchObject({ code: 0, stdout: "The audit is empty.\n" });
  expect(await audit("head")).toMatchObject({ code: 0, stdout: "The audit is empty.\n" });
});

test("The head of a day can be printed, and the chain be checked against it", async () => {
  for (let n = 0; n < 5; n++) await fixture.customer();
  const { code, stdout, stderr } = await audit("head");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^2023-11-23 {2}5:[0-9a-f]{64}\n$/);
  head = stdout.trim().split("  ")[1] ?? "";
  expect(await audit("verify", "--head", head)).toMatchObject({
    code: 0,
    stdout: `5 rows, unbroken. Head ${head}\n`,
  });
});

test("A cut end is found against the head that was kept, with exit code 1", async () => {
  await tamper("delete from audit_events where position = 5");
  expect((await audit("verify")).code).toBe(0);
  expect(await audit("verify", "--head", head)).toMatchObject({
    code: 1,
    stdout: "Broken at row 5. The audit ends with row 4, but there was a row 5: the end was cut off.\n",
  });
});

test("An edited row is named by place, id and time, with exit code 1", async () => {
  await tamper("update audit_events set subject_name = 'somebody else' where position = 2");
  const edited = await audit("verify");
  expect(edited.code).toBe(1);
  expect(edited.stdout).toMatch(
    /^Broken at row 2 \(aud_\w{26}, 2023-11-23T12:30:30\.000Z\)\. Row 2 was changed: its content does not give its hash\.\n$/,
  );
  // Of the program itself: what a script goes by.
  const json = await runProgram(["audit", "verify", "--json"], settingsFor(fixture.databaseUrl));
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({
    ok: false,
    broken: { position: 2, fault: "edited" },
    lastGood: { position: 1 },
  });
});
