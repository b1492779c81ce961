import { once } from "node:events";
import type { AddressInfo } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/** A mail as it arrived. */
export interface ArrivedMail extends Email {
  /** From the envelope: who it was handed over for. */
  recipient: string;
  /** As it came over the wire. */
  raw: string;
}

/** A mail server that keeps what it gets. */
export interface MailServer {
  /** For SMTP_URL. */
  url: string;
  mails: ArrivedMail[];
  /** Asked at RCPT TO; a reply other than 250, such as `550 No such user`. Null: taken. */
  refuse: (recipient: string) => string | null;
  /** Awaited between the end of the text and the reply to it. */
  beforeReply: () => Promise<void>;
  close(): Promise<void>;
}

/** How a server answers with a reply of its own: the library takes the code from the error. */
function replyError(reply: string): Error {
  return Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) });
}

/** Starts a real mail server on a port of its own, or on one that it had before. */
export async function startMailServer(options: SMTPServerOptions = {}, port = 0): Promise<MailServer> {
  const server = new SMTPServer({
    // Its certificate is one that nobody has signed; tests that are about TLS take the offer.
    disabledCommands: ["STARTTLS"],
    authOptional: true,
    // Where no DNS answers, each connection would wait for it.
    disableReverseLookup: true,
    onRcptTo({ address }, _session, callback) {
      const reply = kept.refuse(address);
      callback(reply === null ? null : replyError(reply));
    },
    onData(stream, { envelope }, callback) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", async () => {
        const bytes = Buffer.concat(parts);
        const email = await PostalMime.parse(bytes);
        for (const { address } of envelope.rcptTo) {
          kept.mails.push({ ...email, recipient: address, raw: bytes.toString() });
        }
        await kept.beforeReply();
        callback(null, "taken");
      });
    },
    ...options,
  });
  // A client that hangs up is no fault of the server's.
  server.on("error", () => undefined);
  server.listen(port, "127.0.0.1");
  await once(server.server, "listening");
  const address = server.server.address() as AddressInfo;
  const kept: MailServer = {
    url: `smtp://127.0.0.1:${address.port}`,
    mails: [],
    refuse: () => null,
    beforeReply: async () => undefined,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return kept;
}
