import {
  changeRequestLogSchema,
  changeRetentionSchema,
  changeSignInSettingsSchema,
  requestLogSchema,
  retentionSchema,
  signInSettingsSchema,
} from "@/contracts/schemas/settings";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "@/server/services/context";
import { type Command, UsageError } from "../command";

type Group = "requestLog" | "retention" | "signIn";

/** `retention.logDays` and all others, as groups and names within. */
const NAMES = [
  ...Object.keys(requestLogSchema.shape).map((name) => `requestLog.${name}`),
  ...Object.keys(retentionSchema.shape).map((name) => `retention.${name}`),
  ...Object.keys(signInSettingsSchema.shape).map((name) => `signIn.${name}`),
];

/** Every setting by its whole name. */
async function readAll(ctx: ServiceContext): Promise<Record<string, unknown>> {
  const { readRequestLogSettings, readRetention, readSignInSettings } = await import(
    "@/server/services/settings"
  );
  const groups = {
    requestLog: await readRequestLogSettings(ctx),
    retention: await readRetention(ctx),
    signIn: await readSignInSettings(ctx),
  };
  return Object.fromEntries(
    NAMES.map((name) => {
      const [group, key = ""] = name.split(".");
      return [name, (groups[group as Group] as Record<string, unknown>)[key]];
    }),
  );
}

function known(name: string): { group: Group; key: string } {
  if (!NAMES.includes(name)) {
    throw new UsageError(`There is no setting "${name}". There are: ${NAMES.join(", ")}.`);
  }
  const [group, key = ""] = name.split(".");
  return { group: group as Group, key };
}

/** `true`, `30`, `null`: values are JSON, and what is none is left for the schema to refuse. */
function valueIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Checks a change and returns the work.
 * @throws UsageError, AppError validation_failed
 */
function changeOf(name: string, value: unknown): (ctx: ServiceContext) => Promise<unknown> {
  const { group, key } = known(name);
  const services = () => import("@/server/services/settings");
  if (group === "retention") {
    const input = parse(changeRetentionSchema, { [key]: value });
    return async (ctx) => (await services()).changeRetention(ctx, input);
  }
  if (group === "signIn") {
    const input = parse(changeSignInSettingsSchema, { [key]: value });
    return async (ctx) => (await services()).changeSignInSettings(ctx, input);
  }
  const input = parse(changeRequestLogSchema, { [key]: value });
  return async (ctx) => (await services()).changeRequestLogSettings(ctx, input);
}

export const settingsCommands: readonly Command[] = [
  {
    noun: "settings",
    verb: "get",
    summary: "print the settings that live in the database, or the value of one",
    example: "settings get retention.logDays",
    words: ["[name]"],
    options: {},
    prepare({ words: [only = null] }) {
      if (only !== null) known(only);
      return async (ctx) => {
        const values = await readAll(ctx);
        if (only !== null) return { text: JSON.stringify(values[only]), data: values[only] };
        const lines = Object.entries(values).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
        return { text: lines.join("\n"), data: values };
      };
    },
  },
  {
    noun: "settings",
    verb: "set",
    summary: "change one of them; every process follows within seconds",
    example: "settings set retention.logDays 90",
    words: ["<name>", "<value>"],
    options: {},
    destroys: ({ words: [name] }) =>
      name?.startsWith("retention.") ? "What is older goes for good with the next maintenance." : null,
    prepare({ words: [name = "", text = ""] }) {
      const change = changeOf(name, valueIn(text));
      return async (ctx) => {
        await change(ctx);
        const value = (await readAll(ctx))[name];
        return { text: `${name}=${JSON.stringify(value)}`, data: { name, value } };
      };
    },
  },
];
