import type { z } from "zod";
import { MINUTE_MS } from "@/contracts/durations";
import type { TestMailOutcome } from "@/contracts/mails";
import { testMailSchema } from "@/contracts/schemas/mails";
import { authorize } from "@/server/core/authorize";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import { within } from "@/server/core/within";
import type { ServiceContext } from "../context";

const PATIENCE_MS = MINUTE_MS;

/** Sends a mail at once, past the line, so that whoever sets mail up sees what the mail server says. */
export async function sendTestMail(
  ctx: ServiceContext,
  input: z.input<typeof testMailSchema>,
): Promise<TestMailOutcome> {
  authorize(ctx, "settings:manage");
  const { to } = parse(testMailSchema, input);
  const { mailer } = ctx;
  if (!mailer) return { isTaken: false, says: "No mail is set up: set SMTP_URL and MAIL_FROM." };
  const sending = mailer.send({
    id: newId("mai"),
    to,
    subject: "Test mail from Keyward",
    date: ctx.clock.now(),
    content: {
      headline: "Mail works",
      paragraphs: ["Somebody who runs this Keyward has sent a test mail to this address."],
      action: { label: "Open Keyward", url: `${ctx.baseUrl}/` },
      footer: "It was sent once, by hand.",
    },
  });
  // Somebody sits before the page: a mail server may be silent for longer, and is not waited for.
  const delivery = await within(PATIENCE_MS, sending).catch(() => null);
  if (!delivery) return { isTaken: false, says: `${mailer.place} has not answered within a minute.` };
  const isTaken = delivery.kind === "sent";
  return {
    isTaken,
    says: `${mailer.place} ${isTaken ? "took" : "did not take"} the mail: ${delivery.reason}`,
  };
}
