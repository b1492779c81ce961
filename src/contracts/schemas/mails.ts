import * as z from "zod";
import type { MailAddress } from "../mails";
import { emailSchema, text } from "./text";

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

/** Where a test mail goes. */
export const testMailSchema = z.strictObject({ to: emailSchema });
