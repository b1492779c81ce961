import { z } from "zod";
import type { Id } from "./ids";
import { emailSchema, text } from "./text";

/** Who a mail is from or for. */
export interface MailAddress {
  /** As mail programs show it; empty: the address alone. */
  name: string;
  address: string;
}

const WITH_NAME = /^(?:"([^"]*)"|([^"<>]*))\s*<([^<>]+)>$/;
const nameSchema = text(0, 100);

/** `keys@example.com` or `Keyward <keys@example.com>` (RFC 5322, section 3.4), of one line. */
export const mailAddressSchema = z.string().transform((given, ctx): MailAddress => {
  const [, quoted, plain, bracketed] = WITH_NAME.exec(given.trim()) ?? [];
  const name = nameSchema.safeParse(quoted ?? plain ?? "");
  const address = emailSchema.safeParse(bracketed ?? given);
  if (name.success && address.success && !/[\r\n]/.test(given)) {
    return { name: name.data, address: address.data };
  }
  ctx.addIssue({
    code: "custom",
    message: "Must be an address, such as keys@example.com or Keyward <keys@example.com>",
  });
  return z.NEVER;
});

/** What the address of a mail server may say behind `?`. */
const MAIL_SERVER_OPTIONS = ["requireTLS", "tls.rejectUnauthorized"];

/** Whether a connection can be made of it. */
function isMailServer(text: string): boolean {
  if (!/^smtps?:\/\/\S+$/.test(text) || !URL.canParse(text)) return false;
  const { hostname, username, password, pathname, searchParams } = new URL(text);
  if (![...searchParams.keys()].every((name) => MAIL_SERVER_OPTIONS.includes(name))) return false;
  try {
    decodeURIComponent(username + password);
  } catch {
    return false;
  }
  return hostname !== "" && ["", "/"].includes(pathname);
}

/** `smtp://user:password@mail.example.com:587`, or `smtps://` for TLS from the first byte. */
export const mailServerSchema = z
  .string()
  .refine(
    isMailServer,
    "Must be like smtp://user:password@mail.example.com:587; what is special in a password is percent-encoded",
  );

/** What a mail says, without its looks. Texts may be anybody's, such as the name of a key. */
export interface MailContent {
  headline: string;
  paragraphs: readonly string[];
  /** The one button, with an address of the deployment's own. */
  action: { label: string; url: string } | null;
  /** Why this mail came, and what to do to get no more of them. */
  footer: string;
}

/** Where a test mail goes. */
export const testMailSchema = z.strictObject({ to: emailSchema });

/** What became of it, in a sentence with the mail server's words. */
export interface TestMailOutcome {
  isTaken: boolean;
  says: string;
}

/** How mails are sent, and what became of the last ones, for those who manage the settings. */
export interface MailState {
  /** Null: no mail is set up. */
  server: { place: string; from: string } | null;
  /** How many wait to be sent. */
  waiting: number;
  /** What an attempt that failed was told last, of those that wait; null: nothing failed. */
  waitingError: string | null;
  /** Given up, newest first. */
  failed: FailedMail[];
}

/** A mail that was given up: the server does not take it, or could not be reached for too long. */
export interface FailedMail {
  id: Id<"mai">;
  to: string;
  subject: string;
  /** The mail server's words. */
  error: string;
  failedAt: string;
}
