import { ENVIRONMENTS } from "@/contracts/environments";
import type { KeyPolicyView } from "@/contracts/key-policies";
import { environmentSchema } from "@/contracts/schemas/environments";
import { changeKeyPolicySchema, keyPolicyRulesSchema } from "@/contracts/schemas/key-policies";
import { parse } from "@/server/core/validation";
import { type Command, UsageError } from "../command";

const RULES = Object.keys(keyPolicyRulesSchema.shape);

/** `90`, `true`, `null`, `{"minute": 600}`: values are JSON, and what is none is left for the schema to refuse. */
function valueIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function linesOf({ environment, rules }: KeyPolicyView): string[] {
  return Object.entries(rules).map(([name, value]) => `${environment}.${name}=${JSON.stringify(value)}`);
}

function environmentNamed(text: string) {
  const read = environmentSchema.safeParse(text);
  if (read.success) return read.data;
  throw new UsageError(`There is no environment "${text}". There are: ${ENVIRONMENTS.join(", ")}.`);
}

export const policyCommands: readonly Command[] = [
  {
    noun: "policy",
    verb: "show",
    summary: "print what the keys of each environment must be like, or of one, with those that are outside",
    example: "policy show production",
    words: ["[environment]"],
    options: {},
    prepare({ words: [only = null] }) {
      const environment = only === null ? null : environmentNamed(only);
      return async (ctx) => {
        const { listKeyPolicies, listKeysOutside } = await import("@/server/services/key-policies");
        const policies = await listKeyPolicies(ctx);
        const asked = policies.filter((one) => environment === null || one.environment === environment);
        const data = await Promise.all(
          asked.map(async (policy) => ({
            ...policy,
            outside: await listKeysOutside(ctx, { environment: policy.environment }),
          })),
        );
        const lines = data.flatMap((policy) => [
          ...linesOf(policy),
          ...policy.outside.keys.map(({ id, name, broken }) => `outside: ${id} ${name}: ${broken.join(" ")}`),
        ]);
        return { text: lines.join("\n"), data };
      };
    },
  },
  {
    noun: "policy",
    verb: "set",
    summary: "change one rule; it holds for every change of a key from then on",
    example: "policy set production maxLifetimeDays 90",
    words: ["<environment>", "<rule>", "<value>"],
    options: {},
    prepare({ words: [where = "", rule = "", text = ""] }) {
      const environment = environmentNamed(where);
      if (!RULES.includes(rule)) {
        throw new UsageError(`There is no rule "${rule}". There are: ${RULES.join(", ")}.`);
      }
      const input = parse(changeKeyPolicySchema, { environment, rules: { [rule]: valueIn(text) } });
      return async (ctx) => {
        const { changeKeyPolicy } = await import("@/server/services/key-policies");
        // What is parsed already reads the same once more.
        const policy = await changeKeyPolicy(ctx, input);
        return { text: linesOf(policy).join("\n"), data: policy };
      };
    },
  },
];
