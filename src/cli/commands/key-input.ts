import { KEY_MANAGEMENT } from "@/contracts/keys";
import { PERMISSIONS } from "@/contracts/permissions";
import type { ApprovalGround } from "@/server/services/keys";
import { type CommandInput, type OptionSpec, UsageError } from "../command";

/** What a key is made with, besides its environment; an update changes those that are given. */
export const KEY_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  name: { about: "what it is for", value: "text" },
  description: { about: "more about it", value: "text" },
  permissions: { about: "separated by commas; one's own too", value: "names", choices: PERMISSIONS },
  limit: { about: "calls per window: minute=60,hour=1000,day=10000", value: "limits" },
  "expires-at": { about: 'when it stops working, such as 2027-01-31T12:00:00Z; "never"', value: "time" },
  customer: { about: 'only for this customer; "all"', value: "id", multiple: true },
  ip: { about: 'only from this address or range; "any"', value: "cidr", multiple: true },
  origin: { about: 'only pages of this web origin; "any"', value: "origin", multiple: true },
  owner: { about: 'e-mail address of who answers for it; "none"', value: "address" },
  "manages-keys": {
    about: "with keys:manage: the keys that it makes, or all",
    value: "which",
    choices: KEY_MANAGEMENT,
  },
  "grants-key-management": {
    about: "whether it may give keys:manage to them",
    value: "which",
    choices: ["yes", "no"],
  },
  tag: { about: 'a word to find it by; "none"', value: "word", multiple: true },
};

/** For what begins a key or widens one. */
export const WITHOUT_APPROVAL: Readonly<Record<string, OptionSpec>> = {
  "without-approval": { about: "also where the policy takes a second person; Audit says so" },
};

/** Why a command may do what takes a second person. */
export const approvalGround = ({ options }: CommandInput): ApprovalGround =>
  options.withoutApproval ? "waived" : null;

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

const isOnly = (value: unknown, word: string) =>
  Array.isArray(value) && value.length === 1 && value[0] === word;

const handedOn = (choice: unknown) => (choice === undefined ? {} : { grantsKeyManagement: choice === "yes" });

/** The options as the contract's fields; those that are not given are absent. */
export function keyFields({ options }: CommandInput): Record<string, unknown> {
  const { limit, permissions, customer, ip, origin, expiresAt, owner, tag, grantsKeyManagement, ...others } =
    options;
  const { withoutApproval: _, ...plain } = others;
  return {
    ...plain,
    ...(typeof permissions === "string"
      ? { permissions: permissions.split(",").map((name) => name.trim()) }
      : {}),
    ...(typeof limit === "string" ? { rateLimits: limitsOf(limit) } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt === "never" ? null : expiresAt }),
    ...(customer === undefined ? {} : { customers: isOnly(customer, "all") ? null : customer }),
    ...(ip === undefined ? {} : { ipAllowlist: isOnly(ip, "any") ? [] : ip }),
    ...(origin === undefined ? {} : { allowedOrigins: isOnly(origin, "any") ? [] : origin }),
    ...(owner === undefined ? {} : { owner: owner === "none" ? null : owner }),
    ...handedOn(grantsKeyManagement),
    ...(tag === undefined ? {} : { tags: isOnly(tag, "none") ? [] : tag }),
  };
}
