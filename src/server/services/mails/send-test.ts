import type { z } from "zod";
import { type TestMailOutcome, testMailSchema } from "@/contracts/mails";
import { authorize } from "@/server/core/authorize";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";

/** Sends a mail at once, past the line, so that whoever sets mail up sees what the mail server says. */
export async function sendTestMail(
  ctx: ServiceContext,
  input: z.input<typeof testMailSchema>,
): Promise<TestMailOutcome> {
  authorize(ctx, "settings:manage");
  const { to } = parse(testMailSchema, input);
  const { mailer } = ctx;
  if (!mailer) return { isTaken: false, says: "No mail is set up: set SMTP_URL and MAIL_FROM." };
  const delivery = await mailer.send({
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
  const isTaken = delivery.kind === "sent";
  return {
    isTaken,
    says: `${mailer.place} ${isTaken ? "took" : "did not take"} the mail: ${delivery.reason}`,
  };
}
