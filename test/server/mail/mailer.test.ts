import { type MailServer, startMailServer } from "@test/support/mail-server";
import { expect, onTestFinished, test } from "vitest";
import { InvalidEnvError, readEnv } from "@/env";
import { newId } from "@/server/core/ids";
import { createMailer, type Mailer } from "@/server/mail/mailer";

const FROM = "keys@acme.example";
const PASSWORD = "s3cret p@ss/word";

async function serverOf(...options: Parameters<typeof startMailServer>): Promise<MailServer> {
  const server = await startMailServer(...options);
  onTestFinished(() => server.close());
  return server;
}

function mailerOf(url: string): Mailer {
  const mailer = createMailer(readEnv({ SMTP_URL: url, MAIL_FROM: FROM }));
  if (!mailer) throw new Error("The settings have a mail server");
  return mailer;
}

const MAIL = {
  to: "ada@acme.example",
  subject: "Test",
  date: new Date("2023-11-23T12:00:00Z"),
  content: { headline: "Test", paragraphs: [], action: null, footer: "" },
};
const send = (mailer: Mailer) => mailer.send({ id: newId("mai"), ...MAIL });

const signIn = {
  disabledCommands: ["STARTTLS"],
  authOptional: false,
  allowInsecureAuth: true,
  onAuth: (
    auth: { password?: string | null | undefined },
    _session: unknown,
    callback: (error: Error | null, user?: object) => void,
  ) =>
    auth.password === PASSWORD
      ? callback(null, { user: "keyward" })
      : callback(new Error("Authentication failed")),
};
const withPassword = (url: string, password: string) =>
  url.replace("smtp://", `smtp://keyward:${encodeURIComponent(password)}@`);

test("signs in with the user and the password of SMTP_URL, and a wrong one is put off, and told without it", async () => {
  const server = await serverOf(signIn);
  expect(await send(mailerOf(withPassword(server.url, PASSWORD)))).toMatchObject({ kind: "sent" });
  const wrong = mailerOf(withPassword(server.url, "wrong-secret"));
  const delivery = await send(wrong);
  expect(delivery).toMatchObject({ kind: "deferred", isAway: true, reason: expect.stringContaining("535") });
  await expect(wrong.verify()).rejects.toThrow(/535/);
  expect(JSON.stringify([delivery, wrong.place])).not.toMatch(/wrong-secret|keyward:/);
});

test.each([
  ["password", { ...signIn, disabledCommands: ["STARTTLS"] }],
  ["mail", { disabledCommands: ["STARTTLS"] }],
])("gives no %s to a server elsewhere that offers no TLS", async (what, options) => {
  const server = await serverOf(options);
  // Another name for this machine, which is not known to be one.
  const url = (what === "mail" ? server.url : withPassword(server.url, PASSWORD)).replace(
    "127.0.0.1",
    "0.0.0.0",
  );
  expect(await send(mailerOf(url))).toMatchObject({ kind: "deferred", isAway: true });
  expect(await send(mailerOf(`${url}?requireTLS=false`))).toMatchObject({ kind: "sent" });
});

test("takes the offer of TLS, and a certificate that nobody has signed only where SMTP_URL says so", async () => {
  const server = await serverOf({ disabledCommands: [] });
  expect(await send(mailerOf(server.url))).toMatchObject({ kind: "deferred", isAway: true });
  expect(await send(mailerOf(`${server.url}?tls.rejectUnauthorized=false`))).toMatchObject({ kind: "sent" });
});

test("puts mail off where the sender is not allowed, as that is for the settings to correct", async () => {
  const server = await serverOf({
    onMailFrom: (_address, _session, callback) =>
      callback(Object.assign(new Error("Sender not allowed"), { responseCode: 550 })),
  });
  expect(await send(mailerOf(server.url))).toMatchObject({
    kind: "deferred",
    isAway: true,
    reason: expect.stringContaining("Sender not allowed"),
  });
});

test.each([
  ["550 5.1.1 No such user", "refused"],
  ["551 5.1.6 Moved", "refused"],
  ["550 No such user", "refused"],
  ["550 5.7.1 Not from you", "deferred"],
  ["552 5.2.2 Mailbox full", "deferred"],
  ["554 5.7.1 Access denied", "deferred"],
  ["421 4.3.2 Closing", "deferred"],
])("takes %s for the recipient as %s", async (reply, kind) => {
  const server = await serverOf();
  server.refuse = () => reply;
  expect(await send(mailerOf(server.url))).toMatchObject({
    kind,
    reason: expect.stringContaining(reply.slice(4)),
  });
});

test("takes a refusal of what the mail says as one that may pass: filters change", async () => {
  const server = await serverOf({
    onData(stream, _session, callback) {
      stream.resume();
      stream.on("end", () => callback(Object.assign(new Error("5.7.1 Unwanted"), { responseCode: 554 })));
    },
  });
  expect(await send(mailerOf(server.url))).toMatchObject({ kind: "deferred", isAway: false });
});

test.each(["keys@acme.example", "Keyward <keys@acme.example>", '"Keyward, production" <keys@acme.example>'])(
  "takes MAIL_FROM %s",
  (from) => {
    expect(readEnv({ SMTP_URL: "smtp://localhost", MAIL_FROM: from }).MAIL_FROM?.address).toBe(
      "keys@acme.example",
    );
  },
);

test.each([
  { SMTP_URL: "smtp://user:s3cret@mail.example.com" },
  { MAIL_FROM: FROM },
  { SMTP_URL: "mail.example.com:587", MAIL_FROM: FROM },
  { SMTP_URL: "https://user:s3cret@mail.example.com", MAIL_FROM: FROM },
  { SMTP_URL: "smtp://user:s3cret%@mail.example.com", MAIL_FROM: FROM },
  { SMTP_URL: "smtp://user:s3cret@mail.example.com/inbox", MAIL_FROM: FROM },
  { SMTP_URL: "smtp://user:s3cret@mail.example.com?tls.ciphers=NULL", MAIL_FROM: FROM },
  { SMTP_URL: "smtp://localhost", MAIL_FROM: "Keyward" },
  { SMTP_URL: "smtp://localhost", MAIL_FROM: "Keyward <keys@acme.example>\r\nBcc: eve@evil.example" },
  { SMTP_URL: "smtp://localhost", MAIL_FROM: "a@acme.example, b@acme.example" },
])("refuses $SMTP_URL with $MAIL_FROM at the start in one line, without the password", (settings) => {
  const read = () => readEnv(settings);
  expect(read).toThrow(InvalidEnvError);
  expect(read).toThrow(/^Settings to correct:\n {2}(SMTP_URL|MAIL_FROM): [^\n]+$/);
  expect(read).not.toThrow(/s3cret/);
});
