import { sqlOf } from "@test/server/services/support";
import { type Fixture, newEmail } from "@test/support/fixture";
import type { Id } from "@/contracts/ids";
import { listFindingsSchema } from "@/contracts/schemas/findings";
import { keyPolicyRulesSchema } from "@/contracts/schemas/key-policies";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { parse } from "@/server/core/validation";
import { createAdmin } from "@/server/services/admins";
import { approveApproval, askApproval } from "@/server/services/approvals";
import { checkKeyFindings, listFindings } from "@/server/services/findings";
import { changeKeyPolicy } from "@/server/services/key-policies";
import { regenerateKey, revokeKey } from "@/server/services/keys";
import { PASSWORD } from "../support";
import { EVERYBODY, KEYS, type KeyInput, type Procedures, SETTINGS } from "./procedure";

/** Procedures of keys, their approvals, policies and findings. */
export function keyProcedures(fixture: Fixture, keyId: KeyInput): Procedures {
  const keyInOverlap = async () => {
    const { id } = await keyId();
    const { key } = await regenerateKey(fixture.context(), { id, overlap: "1h" });
    return { id, overlapUntil: key.overlapUntil };
  };
  /** A finding of a key of its own: production without an expiry. */
  async function findingId() {
    const { key } = await fixture.key({ environment: "production" });
    await checkKeyFindings(fixture.context(), { keyIds: [key.id] });
    const [finding] = (await listFindings(fixture.context(), parse(listFindingsSchema, { keyId: key.id })))
      .data;
    return { id: finding?.id };
  }
  const APPROVED: CreateKeyInput = {
    name: "Checks keys",
    environment: "staging",
    permissions: ["keys:verify"],
  };
  const approver = async () => {
    const input = { email: newEmail(), password: PASSWORD, role: "admin", name: "" } as const;
    return fixture.context({ kind: "admin", ...(await createAdmin(fixture.context(), input)) });
  };
  /** From now on a key that checks keys takes a second person. */
  const requireApproval = () =>
    changeKeyPolicy(fixture.context(), {
      environment: "staging",
      rules: { approvalPermissions: ["keys:verify"] },
    });
  /** What somebody else has asked for, or whoever calls. */
  const approvalOf = (whose: "other" | "caller", isApproved: boolean) => async (caller?: Id<"adm">) => {
    await requireApproval();
    const other = await approver();
    const { id } = await askApproval(await approver(), { kind: "create", input: APPROVED });
    if (isApproved) await approveApproval(other, { id });
    if (whose === "caller" && caller)
      await sqlOf(fixture)`update approvals set requested_by_id = ${caller} where id = ${id}`;
    return { id };
  };

  return {
    "keys.list": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "keys.labels": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "keys.get": { type: "query", for: EVERYBODY, environment: "staging", input: keyId },
    "keys.limits": { type: "query", for: EVERYBODY, environment: "staging", input: keyId },
    "keys.identify": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: "staging",
      input: async () => ({ key: (await fixture.key()).secret }),
    },
    "keys.create": {
      type: "mutation",
      confirms: "in production",
      for: KEYS,
      environment: "production",
      input: () => ({ name: "New", environment: "production", permissions: ["jobs:read"] }),
    },
    "keys.update": {
      type: "mutation",
      confirms: "never",
      for: KEYS,
      environment: "staging",
      input: async () => ({ ...(await keyId()), name: "Renamed" }),
    },
    "keys.revoke": { type: "mutation", confirms: "never", for: KEYS, environment: "staging", input: keyId },
    "keys.revokeMany": {
      type: "mutation",
      confirms: "never",
      for: KEYS,
      environment: "staging",
      input: async () => ({ ids: [(await keyId()).id] }),
    },
    "keys.revokeWithMade": {
      type: "mutation",
      confirms: "never",
      for: KEYS,
      environment: "staging",
      input: keyId,
    },
    "keys.reactivate": {
      type: "mutation",
      confirms: "never",
      for: KEYS,
      environment: "staging",
      input: keyId,
    },
    "keys.regenerate": {
      type: "mutation",
      confirms: "in production",
      for: KEYS,
      environment: "staging",
      input: keyId,
    },
    "keys.endOverlap": {
      type: "mutation",
      confirms: "never",
      for: KEYS,
      environment: "staging",
      input: keyInOverlap,
    },
    "keys.delete": {
      type: "mutation",
      confirms: "always",
      for: KEYS,
      environment: "staging",
      async input() {
        const { key } = await fixture.key({ name: "Delete me" });
        await revokeKey(fixture.context(), { id: key.id, reason: "" });
        return { id: key.id, name: "Delete me" };
      },
    },
    "approvals.list": { type: "query", for: KEYS, environment: null, input: () => ({}) },
    "approvals.countWaiting": { type: "query", for: KEYS, environment: null, input: () => undefined },
    "approvals.ask": {
      type: "mutation",
      confirms: "never",
      for: KEYS,
      environment: "staging",
      async input() {
        await requireApproval();
        await approver();
        return { kind: "create", input: APPROVED };
      },
    },
    "approvals.approve": {
      type: "mutation",
      confirms: "always",
      for: KEYS,
      environment: "staging",
      input: approvalOf("other", false),
    },
    "approvals.refuse": {
      type: "mutation",
      confirms: "never",
      for: KEYS,
      environment: "staging",
      input: approvalOf("other", false),
    },
    "approvals.withdraw": {
      type: "mutation",
      confirms: "never",
      for: KEYS,
      environment: "staging",
      ownAccount: true,
      input: approvalOf("caller", false),
    },
    "approvals.reveal": {
      type: "mutation",
      confirms: "always",
      for: KEYS,
      environment: "staging",
      ownAccount: true,
      input: approvalOf("caller", true),
    },
    "policies.list": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "policies.outside": {
      type: "query",
      for: EVERYBODY,
      environment: "staging",
      input: () => ({ environment: "staging" }),
    },
    "policies.try": {
      type: "query",
      for: SETTINGS,
      environment: null,
      input: () => ({ environment: "staging", rules: keyPolicyRulesSchema.parse({ expiryRequired: true }) }),
    },
    "policies.change": {
      type: "mutation",
      confirms: "always",
      for: SETTINGS,
      environment: null,
      input: () => ({ environment: "development", rules: { maxRateLimits: { day: 1_000_000 } } }),
    },
    "findings.list": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "findings.check": {
      type: "mutation",
      confirms: "never",
      for: KEYS,
      environment: null,
      input: () => undefined,
    },
    "findings.mute": {
      type: "mutation",
      confirms: "never",
      for: KEYS,
      environment: "production",
      input: async () => ({ ...(await findingId()), reason: "Known" }),
    },
    "findings.unmute": {
      type: "mutation",
      confirms: "never",
      for: KEYS,
      environment: "production",
      input: () => findingId(),
    },
  };
}
