import type { z } from "zod";
import { testMailSchema } from "@/contracts/mails";
import { authorize } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";

/**
 * Sends a mail at once, past the line, so that whoever sets mail up sees what the mail server says.
 * @returns the server's answer
 * @throws AppError conflict where no mail is set up, or the server did not take it, with its words
 */
export async function sendTestMail(
  ctx: ServiceContext,
  input: z.input<typeof testMailSchema>,
): Promise<{ place: string; answer: string }> {
  authorize(ctx, "settings:manage");
  const { to } = parse(testMailSchema, input);
  const { mailer } = ctx;
  if (!mailer) throw new AppError("conflict", "No mail is set up: set SMTP_URL and MAIL_FROM.");
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
  if (delivery.kind === "sent") return { place: mailer.place, answer: delivery.reason };
  throw new AppError("conflict", `${mailer.place} did not take the mail: ${delivery.reason}`);
}
