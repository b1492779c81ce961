import { type KeyView, OVERLAPS } from "@/contracts/keys";
import { keyIdSchema, regenerateKeySchema, revokeKeySchema } from "@/contracts/schemas/keys";
import type { KeySecrets } from "@/contracts/usage";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import type { Command } from "../command";
import { approvalGround, WITHOUT_APPROVAL } from "./key-input";
import { revealedKey, shownKey } from "./key-text";

/** What a regenerate would end unannounced, and who would miss it. */
function overlapRuns({
  maskedKey,
  overlapUntil,
  lastAt,
  callers,
}: NonNullable<KeySecrets["previous"]>): AppError {
  const [last] = callers;
  const use = last
    ? `Last used ${lastAt} from ${last.address ?? "an unknown address"}, ${last.route ?? "no route"}${last.agent ? `, by ${last.agent}` : ""}.`
    : "Nothing has used it since.";
  return new AppError(
    "invalid_state",
    `An overlap is running: the previous secret ${maskedKey ?? ""} works until ${overlapUntil} and would stop at once. ${use} Add --end-overlap to end it.`,
  );
}

const EXAMPLE_ID = "key_01h455vb4pex5vsknk084sn02q" satisfies KeyView["id"];
const onKey = { noun: "key", words: ["<id>"], options: {} } as const;

export const keyLifeCommands: readonly Command[] = [
  {
    ...onKey,
    verb: "regenerate",
    summary: "give a key a new secret, and print it for the only time",
    example: `key regenerate ${EXAMPLE_ID} --overlap 24h`,
    options: {
      overlap: {
        about: "for how long the old secret works too",
        value: "time",
        choices: Object.keys(OVERLAPS),
      },
      "end-overlap": { about: "also where an overlap is running, which this ends" },
    },
    destroys: ({ words: [id], options: { overlap = "now", endOverlap = false } }) =>
      overlap === "now" || endOverlap ? `A secret of ${id} that is in use stops working at once.` : null,
    prepare({ words, options: { endOverlap: ends = false, ...options } }) {
      const input = parse(regenerateKeySchema, { id: words[0], ...options });
      return async (ctx) => {
        const [{ regenerateKey }, { getKeySecrets }] = await Promise.all([
          import("@/server/services/keys"),
          import("@/server/services/usage"),
        ]);
        const secrets = await getKeySecrets(ctx, { id: input.id });
        if (secrets.previous && !ends) throw overlapRuns(secrets.previous);
        // The one just looked at: another that began meanwhile is refused.
        return revealedKey(
          await regenerateKey(ctx, { ...input, endsOverlap: secrets.previous?.overlapUntil ?? null }),
        );
      };
    },
  },
  {
    ...onKey,
    verb: "revoke",
    summary: "stop a key from working, until it is reactivated",
    example: `key revoke ${EXAMPLE_ID} --reason 'Seen in a public repository'`,
    options: { reason: { about: "for Audit", value: "text" } },
    destroys: ({ words: [id] }) => `Calls with ${id} are refused from now on.`,
    prepare({ words, options }) {
      const input = parse(revokeKeySchema, { id: words[0], ...options });
      return async (ctx) => {
        const { revokeKey } = await import("@/server/services/keys");
        return shownKey(await revokeKey(ctx, input));
      };
    },
  },
  {
    ...onKey,
    verb: "reactivate",
    summary: "let a revoked key work again",
    example: `key reactivate ${EXAMPLE_ID}`,
    options: WITHOUT_APPROVAL,
    prepare(given) {
      const input = parse(keyIdSchema, { id: given.words[0] });
      return async (ctx) => {
        const { reactivateKey } = await import("@/server/services/keys");
        return shownKey(await reactivateKey(ctx, input, approvalGround(given)));
      };
    },
  },
  {
    ...onKey,
    verb: "delete",
    summary: "delete a revoked key for good",
    example: `key delete ${EXAMPLE_ID}`,
    destroys: ({ words: [id] }) => `This deletes ${id} for good.`,
    prepare({ words }) {
      const { id } = parse(keyIdSchema, { id: words[0] });
      return async (ctx) => {
        const { deleteKey, getKey } = await import("@/server/services/keys");
        // The id was typed out: that is the second look which the console's dialog asks for with the name.
        const deleted = await deleteKey(ctx, { id, name: (await getKey(ctx, { id })).name });
        return { text: `${id} deleted`, data: deleted };
      };
    },
  },
];
