import type { SendMailOptions, Transporter } from "nodemailer";
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
  /** The server does not take this mail, and would not take it tomorrow (a reply of 5xx to RCPT TO or DATA). */
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

/** A server that does not answer holds up whoever waits in line; retries are cheap. Milliseconds. */
const TIMES = {
  dnsTimeout: 5_000,
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 30_000,
};

/** For one mail as a whole: a server that says a word every 29 seconds would hold the line for ever. */
export const SEND_DEADLINE_MS = 90_000;

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
    // Whoever stands between could strip the offer of TLS, and read the password.
    requireTLS: password !== "" && !isLoopbackHost(host) && searchParams.get("requireTLS") !== "false",
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
 * A 5xx is final where it answers for the recipient or the text (RFC 5321, section 4.2.1). One at the sign-in or at MAIL FROM
 * is about our settings, which somebody will correct.
 */
function deliveryOf(error: unknown): Delivery {
  const { responseCode = 0, command = "" } = error as SmtpFailure;
  const isAboutThisMail = command === "RCPT TO" || command === "DATA";
  const reason = reasonOf(error);
  if (isAboutThisMail && responseCode >= 500) return { kind: "refused", reason };
  return { kind: "deferred", reason, isAway: !isAboutThisMail };
}

/** The server's own words where it said something, else what came in the way. Names no user and no password. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown fault";
  const { response, command, code } = error as SmtpFailure;
  if (response) return shown(`${command ? `${command}: ` : ""}${response}`);
  return shown(error.message || code || error.name);
}

const shown = (text: string) => cleaned(oneLine(text).slice(0, MAX_REASON));
