import { type MailServer, startMailServer } from "@test/support/mail-server";
import { suiteFixture } from "@test/support/suite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli, settingsFor } from "./run";

const fixture = suiteFixture();
let server: MailServer;
beforeAll(async () => {
  server = await startMailServer();
});
afterAll(() => server.close());

const withMail = () => ({
  ...settingsFor(fixture.databaseUrl),
  SMTP_URL: server.url,
  MAIL_FROM: "keys@acme.example",
});
const TEST = ["mail", "test", "--to", "ada@acme.example"];

test("mail test sends one and prints what the server says; what it does not take is exit code 1", async () => {
  expect(await runCli(TEST, withMail())).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("250 taken"),
  });
  expect(server.mails.map(({ recipient }) => recipient)).toEqual(["ada@acme.example"]);
  server.refuse = () => "550 5.1.1 No such user";
  expect(await runCli(TEST, withMail())).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("5.1.1 No such user"),
  });
  expect(await runCli(["mail", "test", "--to", "nobody"], withMail())).toMatchObject({ code: 2 });
  expect(await runCli(TEST, settingsFor(fixture.databaseUrl))).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("set SMTP_URL and MAIL_FROM"),
  });
});

test("mail status tells how mails are sent, and doctor whether the server lets us in", async () => {
  expect(await runCli(["mail", "status"], withMail())).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("from keys@acme.example"),
  });
  const doctor = async (settings: ReturnType<typeof withMail>) => {
    const { stdout } = await runCli(["doctor"], settings);
    return stdout.split("\n").find((line) => /^\S+ +mail /.test(line));
  };
  expect(await doctor(withMail())).toMatch(/^ok .* lets us send\.$/);
  expect(await doctor({ ...withMail(), SMTP_URL: "smtp://127.0.0.1:1" })).toMatch(/^ERROR .*ECONNREFUSED/);
});
