import type { SendMailOptions, Transporter } from "nodemailer";
import { MINUTE_MS } from "@/contracts/durations";
import { isLoopbackHost } from "@/contracts/hosts";
import type { MailAddress, MailContent } from "@/contracts/mails";
import { cleaned } from "@/contracts/text";
import type { Env } from "@/env";
import { within } from "@/server/core/within";
import { oneLine, renderMail } from "./content";

/** A mail on its way to one recipient. */
export interface OutgoingMail {
  /** Of its row: the Message-ID is made of it, so that an attempt which is made twice is one mail for the recipient. */
  id: string;
  to: string;
  subject: string;
  content: MailContent;
  /** When it was written, which is not when it is sent. */
  date: Date;
}

/** How an attempt came out; reasons are the server's words, fit to be shown. */
export type Delivery =
  | { kind: "sent"; reason: string }
  /** Not to be tried again: there is no such mailbox, or it is over what the mail is about. */
  | { kind: "refused"; reason: string }
  /** To be tried again. `isAway`: nothing of it lies in this mail, so that others fare alike. */
  | { kind: "deferred"; reason: string; isAway: boolean };

/** Hands mails to the mail server of the settings. */
export interface Mailer {
  /** The server, as `host:port`, without who signs in to it. */
  readonly place: string;
  readonly from: MailAddress;
  send(mail: OutgoingMail): Promise<Delivery>;
  /**
   * Connects and signs in, and sends nothing.
   * @throws Error whose message may be shown
   */
  verify(): Promise<void>;
}

/**
 * A server that is not there is known soon. One that is silent is given the ten minutes that it may take for its answer to the
 * end of the text (RFC 5321, section 4.5.3.2.6): whoever hangs up before sends a mail again and again that was taken each time.
 * Milliseconds.
 */
const TIMES = {
  dnsTimeout: 5_000,
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 10 * MINUTE_MS,
};

/** For one mail as a whole: a server that says a word every nine minutes would hold a worker for ever. */
export const SEND_DEADLINE_MS = 11 * MINUTE_MS;

const MAX_REASON = 300;

/** The mailer of the settings; null where no mail is set up. */
export function createMailer({
  SMTP_URL: url,
  MAIL_FROM: from,
}: Pick<Env, "SMTP_URL" | "MAIL_FROM">): Mailer | null {
  return url !== undefined && from !== undefined ? new SmtpMailer(url, from) : null;
}

class SmtpMailer implements Mailer {
  readonly place: string;
  readonly #url: URL;
  #transport: Promise<Transporter> | undefined;

  constructor(
    url: string,
    readonly from: MailAddress,
  ) {
    this.#url = new URL(url);
    this.place = `${this.#url.hostname}:${portOf(this.#url)}`;
  }

  async send({ id, to, subject, content, date }: OutgoingMail): Promise<Delivery> {
    const domain = this.from.address.slice(this.from.address.lastIndexOf("@") + 1);
    const mail: SendMailOptions = {
      messageId: `<${id}@${domain}>`,
      date,
      from: this.from,
      to: { name: "", address: to },
      subject: oneLine(subject),
      ...renderMail(content),
      // RFC 3834, section 5: nobody's holiday reply is to answer it.
      headers: { "Auto-Submitted": "auto-generated" },
      // What a text of somebody else's could ever name: no file and no address is read for a mail.
      disableFileAccess: true,
      disableUrlAccess: true,
    };
    try {
      const transport = await this.#open();
      const { response } = await within(SEND_DEADLINE_MS, transport.sendMail(mail));
      return { kind: "sent", reason: shown(String(response)) };
    } catch (error) {
      return deliveryOf(error);
    }
  }

  async verify(): Promise<void> {
    const transport = await this.#open();
    try {
      await transport.verify();
    } catch (error) {
      throw new Error(reasonOf(error), { cause: error });
    }
  }

  /** Loaded with the first mail: most processes of the command line send none. */
  #open(): Promise<Transporter> {
    this.#transport ??= import("nodemailer").then(({ createTransport }) =>
      createTransport({ ...connectionOf(this.#url), ...TIMES }),
    );
    return this.#transport;
  }
}

/** What SMTP_URL says, in nodemailer's words. Handed to it as a whole, it would pass over everything said beside. */
function connectionOf({ protocol, hostname, port, username, password, searchParams }: URL) {
  const host = hostname.replace(/^\[|\]$/g, "");
  return {
    host,
    port: portOf({ port, protocol }),
    secure: protocol === "smtps:",
    ...(username !== "" && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
    // Whoever stands between could strip the offer of TLS, and read the password, and links that open an account.
    requireTLS: !isLoopbackHost(host) && searchParams.get("requireTLS") !== "false",
    tls: { rejectUnauthorized: searchParams.get("tls.rejectUnauthorized") !== "false" },
  };
}

/** That of mail which is handed in (RFC 6409), not the one between servers, which hosting mostly blocks. */
function portOf({ port, protocol }: Pick<URL, "port" | "protocol">): number {
  return port === "" ? (protocol === "smtps:" ? 465 : 587) : Number(port);
}

/** What nodemailer says of a failure beside its message (lib/smtp-connection: `_formatError`). */
interface SmtpFailure {
  responseCode?: number;
  response?: string;
  command?: string;
  code?: string;
}

/**
 * Final is only that there is no such mailbox: 550, 551 or 553 to RCPT TO, with a status about its address (RFC 3463, section
 * 3.2) where the server gives one. Everything else may be otherwise tomorrow: a policy (5.7.x), a filter that takes the text for
 * unwanted, a mailbox that is full; and a 5xx at the sign-in or at MAIL FROM is about our settings, which somebody will correct.
 */
function deliveryOf(error: unknown): Delivery {
  const { responseCode = 0, command = "", response = "" } = error as SmtpFailure;
  const reason = reasonOf(error);
  const isAboutThisMail = command === "RCPT TO" || command === "DATA";
  const [, status] = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response) ?? [];
  const isNoMailbox = [550, 551, 553].includes(responseCode) && (status?.startsWith("5.1.") ?? true);
  if (command === "RCPT TO" && isNoMailbox) return { kind: "refused", reason };
  // RFC 5321, section 3.8: with 421 the server closes, whatever it was asked.
  return { kind: "deferred", reason, isAway: !isAboutThisMail || responseCode === 421 };
}

/** The server's own words where it said something, else what came in the way. Names no user and no password. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown fault";
  const { response, command, code } = error as SmtpFailure;
  if (response) return shown(`${command ? `${command}: ` : ""}${response}`);
  return shown(error.message || code || error.name);
}

const shown = (text: string) => cleaned(oneLine(text).slice(0, MAX_REASON));
