import { z } from "zod";
import { emailSchema, text } from "@/contracts/text";
import { parse } from "@/server/core/validation";
import { DEFAULT_SEED, type FilledDemo, fillDemo } from "@/server/demo/fill";
import type { Command, Installation } from "../command";

const fillSchema = z.strictObject({
  seed: text(1, 100).default(DEFAULT_SEED),
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
  ].join("\n");
}

export const demoCommands: readonly Command[] = [
  {
    noun: "demo",
    verb: "fill",
    usage: "[--seed S] [--owner EMAIL] [--add]",
    words: 0,
    options: { seed: { type: "string" }, owner: { type: "string" }, add: { type: "boolean" } },
    prepare({ options }) {
      const input = parse(fillSchema, { ...options });
      return async (ctx, place) => {
        const filled = await fillDemo(ctx, input);
        return { text: textOf(filled, place), data: filled };
      };
    },
  },
];
