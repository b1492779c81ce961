import * as z from "zod";
import { emailSchema, text } from "@/contracts/schemas/text";
import { parse } from "@/server/core/validation";
import type { FilledDemo } from "@/server/demo/fill";
import type { AnyCommand, Command, Installation } from "../command";
import { playCommand } from "./demo-play";

const fillSchema = z.strictObject({
  seed: text(1, 100).optional(),
  owner: emailSchema.nullable().default(null),
  add: z.boolean().default(false),
});

/** Everything that is shown only now, and what to do with it. */
function textOf({ counts, owner, keys }: FilledDemo, { baseUrl }: Installation): string {
  const { customers, licenses, keys: made } = counts;
  const [first] = keys;
  return [
    `The demo is in: ${made} API keys, ${customers} customers, ${licenses} licences in use, 30 days of telemetry.`,
    "",
    owner
      ? `Sign in at ${baseUrl}/sign-in as ${owner.email} with the password ${owner.password}`
      : `Sign in at ${baseUrl}/sign-in as the administrator you have.`,
    "",
    "These keys work. They are shown here and never again:",
    ...keys.map(({ name, secret }) => `  ${secret}  ${name}`),
    "",
    ...(first
      ? [`curl '${baseUrl}/api/v1/production/licenses?limit=3' -H 'Authorization: Bearer ${first.secret}'`]
      : []),
    "",
    "To see calls come in: a shop that uses the API, until Ctrl-C. It asks for a key; that of Online shop may do all of it.",
    "npm run --silent cli -- demo play",
  ].join("\n");
}

const fill: Command = {
  noun: "demo",
  verb: "fill",
  summary: "fill an empty installation with a platform that is in use",
  example: "demo fill --owner me@example.com",
  words: [],
  options: {
    seed: { about: "another one tells another story", value: "text" },
    owner: { about: "an owner to make, with a password that is printed", value: "address" },
    add: { about: "also where there is something already" },
  },
  prepare({ options }) {
    const input = parse(fillSchema, { ...options });
    return async (ctx, place) => {
      const { DEFAULT_SEED, fillDemo } = await import("@/server/demo/fill");
      const filled = await fillDemo(ctx, { ...input, seed: input.seed ?? DEFAULT_SEED });
      return { text: textOf(filled, place), data: filled };
    };
  },
};

export const demoCommands: readonly AnyCommand[] = [fill, playCommand];
