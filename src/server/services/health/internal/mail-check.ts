import { DAY_MS } from "@/contracts/durations";
import { within } from "@/server/core/within";
import { readMailState } from "../../mails";
import { type Check, error, ok, warning } from "./check";

/** Below what a check as a whole has, so that it is the mail server that is said to be slow. Milliseconds. */
const PATIENCE_MS = 4_000;

/** How long a mail that was not taken is told of: what was corrected since must not be warned of for months. */
const FAILURE_TOLD_MS = 7 * DAY_MS;

/** Whether the mail server lets us in, and took what it was given. */
export const checkMail: Check = async (ctx) => {
  const { mailer } = ctx;
  if (!mailer) return ok("No mail is set up (no SMTP_URL): notices are in the console alone.");
  try {
    await within(PATIENCE_MS, mailer.verify());
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return error(
      `${mailer.place} does not let us send (${reason}).`,
      "Check SMTP_URL: host, port, user, password, TLS (smtps:// for port 465). What waits is sent once it does, for 36 hours.",
    );
  }
  const { waiting, waitingError, failed } = await readMailState(ctx);
  const since = new Date(ctx.clock.now().getTime() - FAILURE_TOLD_MS).toISOString();
  const last = failed.find(({ failedAt }) => failedAt !== null && failedAt > since);
  if (waitingError !== null) {
    return warning(
      `${mailer.place} answers, and ${waiting} mails wait; an attempt failed: ${waitingError}`,
      "They are tried again for 36 hours; if the reason stays, correct MAIL_FROM or ask who runs the mail server.",
    );
  }
  if (!last) return ok(`${mailer.place} lets us send.`);
  return warning(
    `${mailer.place} lets us send; the last mail that it did not take was to ${last.to}: ${last.error}`,
    "Correct the address in Team, or ask who runs the mail server.",
  );
};
