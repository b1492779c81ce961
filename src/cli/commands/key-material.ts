import { keyPrefixSchema } from "@/contracts/schemas/settings";
import { parse } from "@/server/core/validation";
import type { Command } from "../command";

const count = (keys: number) => `${keys} ${keys === 1 ? "key" : "keys"}`;

export const keyMaterialCommands: readonly Command[] = [
  {
    noun: "key",
    verb: "pepper",
    summary: "say how far a change of the pepper has come",
    example: "key pepper",
    words: [],
    options: {},
    mendsKeyMaterial: true,
    prepare: () => async (ctx) => {
      const { describePepper } = await import("@/server/services/keys");
      const pepper = await describePepper(ctx);
      const { isChanging, left, lost } = pepper;
      const lines = isChanging
        ? [
            left > 0
              ? `${count(left)} left with KEY_PEPPER_PREVIOUS; each moves to KEY_PEPPER when it is used.`
              : "No key is left with KEY_PEPPER_PREVIOUS: it can be removed.",
          ]
        : ["The pepper is not being changed."];
      if (lost > 0) lines.push(`${count(lost)} stored with a pepper that is not set here: they do not work.`);
      return { text: lines.join("\n"), data: pepper, failed: lost > 0 };
    },
  },
  {
    noun: "key",
    verb: "forget-pepper",
    summary: "revoke the keys whose pepper is lost",
    example: "key forget-pepper",
    words: [],
    options: {},
    mendsKeyMaterial: true,
    destroys: () =>
      'This revokes every key that was stored with a pepper which is not set here, for good: a regenerate gives one a new secret. "key pepper" says how many there are.',
    prepare: () => async (ctx) => {
      const { forgetLostPepper } = await import("@/server/services/keys");
      const revoked = await forgetLostPepper(ctx);
      return { text: [...revoked, `${count(revoked.length)} revoked.`].join("\n"), data: { revoked } };
    },
  },
  {
    noun: "key",
    verb: "prefix",
    summary: "let new keys begin with another prefix",
    example: "key prefix acme",
    words: ["<prefix>"],
    options: {},
    mendsKeyMaterial: true,
    prepare({ words }) {
      const input = parse(keyPrefixSchema, { prefix: words[0] });
      return async (ctx) => {
        const { changeKeyPrefix } = await import("@/server/services/settings");
        const prefix = await changeKeyPrefix(ctx, input);
        return {
          text: `New keys begin with ${prefix}_. Set KEY_PREFIX=${prefix} for every server and command, and restart the servers.`,
          data: { prefix },
        };
      };
    },
  },
];
