import { ENVIRONMENTS } from "@/contracts/environments";
import {
  createKeySchema,
  type KeyView,
  keyIdSchema,
  OVERLAPS,
  type RevealedKey,
  regenerateKeySchema,
  revokeKeySchema,
} from "@/contracts/keys";
import type { KeySecrets } from "@/contracts/usage";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "@/server/services/context";
import {
  createKey,
  deleteKey,
  getKey,
  listKeys,
  reactivateKey,
  regenerateKey,
  revokeKey,
} from "@/server/services/keys";
import { getKeySecrets } from "@/server/services/usage";
import { type Command, type CommandInput, type CommandResult, UsageError } from "../command";

/** `minute=60,day=10000` as limits. Wrong windows and figures are left for the schema to name. */
function limitsOf(text: string): Record<string, number> {
  const entries = text.split(",").map((part) => {
    const [window, limit, ...rest] = part.split("=");
    if (!window || !limit || rest.length > 0)
      throw new UsageError(`--limit looks like minute=60,day=10000, not like ${text}`);
    return [window, Number(limit)] as const;
  });
  const limits = Object.fromEntries(entries);
  if (Object.keys(limits).length < entries.length) throw new UsageError("--limit names a window twice");
  return limits;
}

function keyInput({ options }: CommandInput): Record<string, unknown> {
  const { limit, permissions, customer, ip, "expires-at": expiresAt, ...plain } = options;
  return {
    ...plain,
    permissions:
      typeof permissions === "string" ? permissions.split(",").map((name) => name.trim()) : undefined,
    ...(typeof limit === "string" ? { rateLimits: limitsOf(limit) } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(customer === undefined ? {} : { customers: customer }),
    ...(ip === undefined ? {} : { ipAllowlist: ip }),
  };
}

/** One key, one line: also where its name has several. */
function line(key: KeyView): string {
  const name = key.name.replace(/\s+/g, " ");
  return [key.id, key.maskedKey, key.environment, key.status, name].join("  ");
}

function shown(key: KeyView): CommandResult {
  return { text: line(key), data: key };
}

/** The secret alone on its line, so that a script can take it; here it is seen for the last time. */
function revealed({ key, secret }: RevealedKey): CommandResult {
  return { text: secret, data: { ...key, secret } };
}

/** Every key, page by page, so that the command works on the largest installation. */
async function allKeys(ctx: ServiceContext): Promise<KeyView[]> {
  const keys: KeyView[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listKeys>> = await listKeys(ctx, { limit: 100, cursor });
    keys.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor);
  return keys;
}

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

const onKey = { noun: "key", usage: "<id>", words: 1, options: {} } as const;

export const keyCommands: readonly Command[] = [
  {
    noun: "key",
    verb: "create",
    usage: `--name N --environment ${ENVIRONMENTS.join("|")} --permissions a,b [--limit minute=60,day=10000] [--expires-at T] [--customer cus_…]… [--ip CIDR]… [--description D]`,
    words: 0,
    options: {
      name: { type: "string" },
      description: { type: "string" },
      environment: { type: "string" },
      permissions: { type: "string" },
      limit: { type: "string" },
      "expires-at": { type: "string" },
      customer: { type: "string", multiple: true },
      ip: { type: "string", multiple: true },
    },
    prepare(given) {
      const input = parse(createKeySchema, keyInput(given));
      return async (ctx) => revealed(await createKey(ctx, input));
    },
  },
  {
    noun: "key",
    verb: "list",
    usage: "",
    words: 0,
    options: {},
    prepare: () => async (ctx) => {
      const keys = await allKeys(ctx);
      return { text: keys.length > 0 ? keys.map(line).join("\n") : "No keys yet.", data: keys };
    },
  },
  {
    ...onKey,
    verb: "revoke",
    usage: "<id> [--reason R]",
    options: { reason: { type: "string" } },
    prepare({ words, options }) {
      const input = parse(revokeKeySchema, { id: words[0], ...options });
      return async (ctx) => shown(await revokeKey(ctx, input));
    },
  },
  {
    ...onKey,
    verb: "reactivate",
    prepare({ words }) {
      const input = parse(keyIdSchema, { id: words[0] });
      return async (ctx) => shown(await reactivateKey(ctx, input));
    },
  },
  {
    ...onKey,
    verb: "regenerate",
    usage: `<id> [--overlap ${Object.keys(OVERLAPS).join("|")}] [--end-overlap]`,
    options: { overlap: { type: "string" }, "end-overlap": { type: "boolean" } },
    prepare({ words, options: { "end-overlap": ends = false, ...options } }) {
      const input = parse(regenerateKeySchema, { id: words[0], ...options });
      return async (ctx) => {
        const secrets = await getKeySecrets(ctx, { id: input.id });
        if (secrets.previous && !ends) throw overlapRuns(secrets.previous);
        // The one just looked at: another that began meanwhile is refused.
        return revealed(
          await regenerateKey(ctx, { ...input, endsOverlap: secrets.previous?.overlapUntil ?? null }),
        );
      };
    },
  },
  {
    ...onKey,
    verb: "delete",
    prepare({ words }) {
      const { id } = parse(keyIdSchema, { id: words[0] });
      return async (ctx) => {
        // The id was typed out: that is the second look which the console's dialog asks for with the name.
        const deleted = await deleteKey(ctx, { id, name: (await getKey(ctx, { id })).name });
        return { text: `${id} deleted`, data: deleted };
      };
    },
  },
];
