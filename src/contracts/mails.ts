import type { Id } from "./ids";

/** Who a mail is from or for. */
export interface MailAddress {
  /** As mail programs show it; empty: the address alone. */
  name: string;
  address: string;
}

/** What a mail says, without its looks. Texts may be anybody's, such as the name of a key. */
export interface MailContent {
  headline: string;
  paragraphs: readonly string[];
  /** The one button, with an address of the deployment's own. */
  action: { label: string; url: string } | null;
  /** Why this mail came, and what to do to get no more of them. */
  footer: string;
}

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
