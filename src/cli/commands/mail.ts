import { testMailSchema } from "@/contracts/schemas/mails";
import { parse } from "@/server/core/validation";
import type { Command } from "../command";

export const mailCommands: readonly Command[] = [
  {
    noun: "mail",
    verb: "test",
    summary: "send a test mail at once, and print what the mail server says",
    example: "mail test --to ada@example.com",
    words: [],
    options: { to: { about: "who gets it", value: "address" } },
    prepare({ options: { to } }) {
      const input = parse(testMailSchema, { to });
      return async (ctx) => {
        const { sendTestMail } = await import("@/server/services/mails");
        const outcome = await sendTestMail(ctx, input);
        return { text: outcome.says, data: outcome, failed: !outcome.isTaken };
      };
    },
  },
  {
    noun: "mail",
    verb: "status",
    summary: "print how mails are sent, how many wait, and which were given up",
    example: "mail status",
    words: [],
    options: {},
    prepare: () => async (ctx) => {
      const { readMailState } = await import("@/server/services/mails");
      const state = await readMailState(ctx);
      const { server, waiting, waitingError, failed } = state;
      const lines = [
        server ? `by ${server.place}, from ${server.from}` : "No mail is set up (no SMTP_URL).",
        `waiting: ${waiting}${waitingError ? ` (${waitingError})` : ""}`,
        ...failed.map(
          ({ to, subject, error, failedAt }) => `failed: ${failedAt}  ${to}  ${subject}: ${error}`,
        ),
      ];
      return { text: lines.join("\n"), data: state };
    },
  },
];
