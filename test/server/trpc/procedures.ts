import { randomUUID } from "node:crypto";
import { newLicense, sqlOf } from "@test/server/services/support";
import { SoftwareAuthenticator } from "@test/support/authenticator";
import { call as callApi, inProcess } from "@test/support/calls";
import { adminOf, type Fixture, newEmail } from "@test/support/fixture";
import { addRequest } from "@test/support/requests";
import { TOTP } from "otpauth";
import type { Environment } from "@/contracts/environments";
import { listFindingsSchema } from "@/contracts/findings";
import type { Id } from "@/contracts/ids";
import { keyPolicyRulesSchema } from "@/contracts/key-policies";
import type { CreateKeyInput } from "@/contracts/keys";
import { withDefaultDeliveries } from "@/contracts/notices";
import type { Role } from "@/contracts/roles";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import {
  confirmSecondFactor,
  createAdmin,
  deactivateAdmin,
  inviteAdmin,
  offerSecondFactor,
} from "@/server/services/admins";
import { approveApproval, askApproval } from "@/server/services/approvals";
import { listAuditEvents } from "@/server/services/audit";
import { checkKeyFindings, listFindings } from "@/server/services/findings";
import { changeKeyPolicy } from "@/server/services/key-policies";
import { regenerateKey, revokeKey } from "@/server/services/keys";
import { activateLicense, suspendLicense } from "@/server/services/licenses";
import { offerPasskey, registerPasskey } from "@/server/services/passkeys";
import { keyWithRow, start, work } from "../jobs/support";
import { PASSWORD } from "./support";

export type Procedure = ProcedureFacts &
  (
    | { type: "query" }
    // Whether it asks whoever signed in long ago to confirm that it is them.
    | { type: "mutation"; confirms: "always" | "in production" | "never" }
  );

interface ProcedureFacts {
  type: "query" | "mutation";
  /** Who may call it, said apart from contracts/roles.ts. */
  for: readonly Role[];
  /** Where what the input names is; null: it names nothing of an environment. */
  environment: Environment | null;
  /** Open to somebody who has no second factor, where everybody has to have one. */
  enrols?: true;
  /** It changes the account that it is called with, so it takes one of its own. */
  ownAccount?: true;
  /** Input that is right for everybody who may. @param caller whose it is, with `ownAccount` */
  input(caller?: Id<"adm">): Promise<unknown> | unknown;
}

const EVERYBODY: readonly Role[] = ["owner", "admin", "operator", "viewer"];
const WORK: readonly Role[] = ["owner", "admin", "operator"];
const CUSTOMERS: readonly Role[] = ["owner", "admin", "operator"];
const KEYS: readonly Role[] = ["owner", "admin"];
const SETTINGS: readonly Role[] = ["owner"];
const TEAM: readonly Role[] = ["owner"];

/**
 * Every procedure that takes a session. What its input names is made in the fixture, afresh for each call.
 * A new procedure is a line here: who may call it, and with which input it is tried.
 */
export function proceduresOf(fixture: Fixture): Record<string, Procedure> {
  const keyId = async () => ({ id: (await fixture.key()).key.id });
  const keyInOverlap = async () => {
    const { id } = await keyId();
    const { key } = await regenerateKey(fixture.context(), { id, overlap: "1h" });
    return { id, overlapUntil: key.overlapUntil };
  };
  /** A finding of a key of its own: production without an expiry. */
  async function findingId() {
    const { key } = await fixture.key({ environment: "production" });
    await checkKeyFindings(fixture.context(), { keyId: key.id });
    const [finding] = (await listFindings(fixture.context(), parse(listFindingsSchema, { keyId: key.id })))
      .data;
    return { id: finding?.id };
  }
  const requestId = async () => ({ requestId: (await addRequest(fixture)).requestId });
  const licenseId = async () => ({ id: (await newLicense(fixture)).id });
  const activationId = async () => {
    const { id, key, environment } = await newLicense(fixture);
    const { activation } = await activateLicense(fixture.context(), {
      key,
      environment,
      identifier: "device",
    });
    return { id, activationId: activation.id };
  };
  /** What the app of somebody shows who was just offered a second factor. */
  const appCode = async (id: Id<"adm">) => {
    const own = fixture.context({ ...adminOf("viewer"), id, email: newEmail() });
    const { key } = await offerSecondFactor(own);
    return new TOTP({ secret: key }).generate({ timestamp: fixture.clock.now().getTime() });
  };
  const recoveryCode = async (id: Id<"adm">) => {
    const code = await appCode(id);
    const own = fixture.context({ ...adminOf("viewer"), id, email: newEmail() });
    return (await confirmSecondFactor(own, { code })).codes[0];
  };
  /** Somebody in the session that they have begun last. */
  const inSession = async (id: Id<"adm">) => {
    const [session] = await sqlOf(fixture)<{ id: Id<"ses"> }[]>`
      select id from sessions where admin_id = ${id} order by id desc limit 1`;
    const confirmation = { isFresh: true, ways: [] };
    return fixture.context({ ...adminOf("viewer"), id, sessionId: session?.id, confirmation });
  };
  /** What an authenticator makes for somebody; for nobody, what no session has asked for. */
  const newPasskey = async (id: Id<"adm"> | undefined) => {
    const ctx = id && (await inSession(id));
    const options = {
      challenge: "AAAA",
      rp: { id: "localhost", name: "" },
      user: { id: "AA", name: "", displayName: "" },
    };
    return new SoftwareAuthenticator().create(
      ctx ? (await offerPasskey(ctx)).options : { ...options, pubKeyCredParams: [] },
    );
  };
  const passkeyId = async (id: Id<"adm"> | undefined) => {
    if (!id) return { id: newId("psk") };
    const input = { name: "Laptop", registration: await newPasskey(id) };
    return { id: (await registerPasskey(await inSession(id), input)).passkey.id };
  };
  const DAY = { from: "2023-11-22T00:00:00Z", to: "2023-11-23T00:00:00Z" };

  const invitationId = async () => {
    const input = { email: newEmail(), role: "viewer" } as const;
    return { id: (await inviteAdmin(fixture.context(), input)).invitation.id };
  };

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

  /** A job in a state, in which nobody works on it. */
  const jobIn = (status: string) => async () => {
    const key = await keyWithRow(fixture);
    // Its result holds no licence keys, which a viewer may not have.
    const { id } = await start(fixture, key, {
      type: "telemetry.export",
      input: DAY,
    });
    if (status === "succeeded") await work(fixture, id);
    if (status === "failed") {
      await revokeKey(fixture.context(), { id: key.id, reason: "" });
      await work(fixture, id);
    }
    return { id };
  };
  /** A call to the public API, in the log. */
  const loggedRequest = async () => {
    const answer = await callApi(inProcess(fixture), "GET", "/staging/key");
    await fixture.runtime.requestLog.flush();
    return { requestId: answer.headers.get("x-request-id") };
  };
  const customerId = async () => ({ id: (await fixture.customer()).id });
  const adminId = async () => {
    const input = { email: newEmail(), password: "correct horse battery", role: "viewer" } as const;
    return { id: (await createAdmin(fixture.context(), input)).id };
  };

  const linkEverybody = async () => {
    const issuer = `https://${randomUUID()}.example`;
    await sqlOf(fixture)`
      insert into admin_identities (issuer, subject, admin_id, email, linked_at, last_sign_in_at)
      select ${issuer}, id, id, email, now(), now() from admins`;
    return { issuer };
  };

  /**
   * Every procedure of the console. Owner: everything. Admin: everything but owners, team and settings. Operator:
   * customers, licences, jobs; sees keys. Viewer: sees everything but secrets.
   */
  return {
    "admins.list": { type: "query", for: TEAM, environment: null, input: () => undefined },
    "admins.changeRole": {
      type: "mutation",
      confirms: "always",
      for: TEAM,
      environment: null,
      input: async () => ({
        ...(await adminId()),
        role: "viewer",
        environmentRoles: { staging: "operator" },
      }),
    },
    "admins.deactivate": {
      type: "mutation",
      confirms: "always",
      for: TEAM,
      environment: null,
      input: adminId,
    },
    "admins.reactivate": {
      type: "mutation",
      confirms: "always",
      for: TEAM,
      environment: null,
      async input() {
        const { id } = await adminId();
        await deactivateAdmin(fixture.context(), { id });
        return { id };
      },
    },
    "admins.remove": { type: "mutation", confirms: "always", for: TEAM, environment: null, input: adminId },
    "admins.resetSecondFactor": {
      type: "mutation",
      confirms: "always",
      for: TEAM,
      environment: null,
      input: async () => {
        const email = newEmail();
        const { id } = await createAdmin(fixture.context(), { email, password: PASSWORD, role: "viewer" });
        await recoveryCode(id);
        return { id };
      },
    },
    "admins.unlinkIdentities": {
      type: "mutation",
      confirms: "always",
      for: TEAM,
      environment: null,
      async input() {
        const given = await adminId();
        await linkEverybody();
        return given;
      },
    },
    "invitations.list": { type: "query", for: TEAM, environment: null, input: () => undefined },
    "invitations.create": {
      type: "mutation",
      confirms: "always",
      for: TEAM,
      environment: null,
      input: () => ({ email: newEmail(), role: "viewer" }),
    },
    "invitations.renew": {
      type: "mutation",
      confirms: "always",
      for: TEAM,
      environment: null,
      input: invitationId,
    },
    "invitations.revoke": {
      type: "mutation",
      confirms: "always",
      for: TEAM,
      environment: null,
      input: invitationId,
    },
    "audit.list": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "audit.get": {
      type: "query",
      for: EVERYBODY,
      environment: "staging",
      async input() {
        const { id: subjectId } = await keyId();
        const { data } = await listAuditEvents(fixture.context(), { subjectId, limit: 1 });
        return { id: data[0]?.id };
      },
    },
    "audit.actors": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "audit.integrity": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "audit.check": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      input: () => ({ restart: true }),
    },
    "explain.checks": {
      type: "query",
      for: EVERYBODY,
      environment: null,
      input: () => ({ keyId: null, environment: "staging", method: "GET", path: "/key", address: null }),
    },
    "explain.request": { type: "query", for: EVERYBODY, environment: "staging", input: loggedRequest },
    "customers.list": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "customers.get": { type: "query", for: EVERYBODY, environment: "staging", input: customerId },
    "customers.export": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: "staging",
      input: customerId,
    },
    "customers.create": {
      type: "mutation",
      confirms: "never",
      for: CUSTOMERS,
      environment: "production",
      input: () => ({ email: newEmail(), environment: "production" }),
    },
    "customers.update": {
      type: "mutation",
      confirms: "never",
      for: CUSTOMERS,
      environment: "staging",
      input: async () => ({ ...(await customerId()), name: "N" }),
    },
    "customers.delete": {
      type: "mutation",
      confirms: "always",
      for: CUSTOMERS,
      environment: "staging",
      input: customerId,
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
    "jobs.list": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "jobs.get": { type: "query", for: EVERYBODY, environment: "staging", input: jobIn("queued") },
    "jobs.stats": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "jobs.start": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "production",
      input: () => ({
        environment: "production",
        type: "licenses.generate",
        input: { product: "P", count: 1 },
      }),
    },
    "jobs.cancel": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "staging",
      input: jobIn("queued"),
    },
    "jobs.retry": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "staging",
      input: jobIn("failed"),
    },
    "jobs.delete": {
      type: "mutation",
      confirms: "always",
      for: WORK,
      environment: "staging",
      input: jobIn("succeeded"),
    },
    "licenses.list": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "licenses.get": { type: "query", for: EVERYBODY, environment: "staging", input: licenseId },
    "licenses.activations": { type: "query", for: EVERYBODY, environment: "staging", input: licenseId },
    "licenses.customerActivations": {
      type: "query",
      for: EVERYBODY,
      environment: null,
      input: async () => ({ customerId: (await customerId()).id }),
    },
    "licenses.products": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "licenses.endActivation": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "staging",
      input: activationId,
    },
    "licenses.create": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "production",
      input: () => ({ product: "P", environment: "production" }),
    },
    "licenses.update": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "staging",
      input: async () => ({ ...(await licenseId()), features: ["export"] }),
    },
    "licenses.suspend": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "staging",
      input: licenseId,
    },
    "licenses.reinstate": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "staging",
      async input() {
        const { id } = await licenseId();
        await suspendLicense(fixture.context(), { id, reason: "" });
        return { id };
      },
    },
    "licenses.revoke": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "staging",
      input: licenseId,
    },
    "licenses.delete": {
      type: "mutation",
      confirms: "always",
      for: WORK,
      environment: "staging",
      input: licenseId,
    },
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
    "notices.list": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "notices.unread": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "notices.markRead": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      input: () => ({ ids: [newId("ntc")] }),
    },
    "notices.preferences": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "notices.changePreferences": {
      type: "mutation",
      confirms: "always",
      for: EVERYBODY,
      environment: null,
      input: () => ({
        deliveries: withDefaultDeliveries({ job_failed: "summary" }),
        summaryHour: 9,
      }),
    },
    "profile.changeName": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      input: () => ({ name: "Ada" }),
    },
    "profile.changeTimeZone": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      input: () => ({ timeZone: "Europe/Berlin" }),
    },
    "profile.changePassword": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      ownAccount: true,
      input: () => ({ present: PASSWORD, next: "another horse battery" }),
    },
    "profile.signIn": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "profile.requestEmailChange": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      input: () => ({ email: newEmail(), password: PASSWORD }),
    },
    "profile.unlinkIdentity": {
      type: "mutation",
      confirms: "always",
      for: EVERYBODY,
      environment: null,
      // Of everybody there is, as whoever asks has to have one.
      input: linkEverybody,
    },
    "profile.secondFactor": {
      type: "query",
      enrols: true,
      for: EVERYBODY,
      environment: null,
      input: () => undefined,
    },
    "profile.confirmIdentity": {
      type: "mutation",
      confirms: "never",
      enrols: true,
      for: EVERYBODY,
      environment: null,
      input: () => ({ password: PASSWORD }),
    },
    "profile.offerSecondFactor": {
      type: "mutation",
      confirms: "always",
      enrols: true,
      for: EVERYBODY,
      environment: null,
      input: () => undefined,
    },
    "profile.confirmSecondFactor": {
      type: "mutation",
      confirms: "never",
      enrols: true,
      for: EVERYBODY,
      environment: null,
      ownAccount: true,
      input: async (caller) => ({ code: caller ? await appCode(caller) : "123456" }),
    },
    "profile.renewRecoveryCodes": {
      type: "mutation",
      confirms: "always",
      for: EVERYBODY,
      environment: null,
      ownAccount: true,
      input: async (caller) => ({ code: caller ? await recoveryCode(caller) : "123456" }),
    },
    "profile.removeSecondFactor": {
      type: "mutation",
      confirms: "always",
      for: EVERYBODY,
      environment: null,
      ownAccount: true,
      input: async (caller) => ({ code: caller ? await recoveryCode(caller) : "123456" }),
    },
    "passkeys.list": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "passkeys.offer": {
      type: "mutation",
      confirms: "always",
      enrols: true,
      for: EVERYBODY,
      environment: null,
      input: () => undefined,
    },
    "passkeys.register": {
      type: "mutation",
      confirms: "always",
      enrols: true,
      for: EVERYBODY,
      environment: null,
      ownAccount: true,
      input: async (caller) => ({ name: "Laptop", registration: await newPasskey(caller) }),
    },
    "passkeys.rename": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      ownAccount: true,
      input: async (caller) => ({ ...(await passkeyId(caller)), name: "Phone" }),
    },
    "passkeys.remove": {
      type: "mutation",
      confirms: "always",
      for: EVERYBODY,
      environment: null,
      ownAccount: true,
      input: passkeyId,
    },
    "passkeys.ask": {
      type: "mutation",
      confirms: "never",
      enrols: true,
      for: EVERYBODY,
      environment: null,
      input: () => undefined,
    },
    "profile.sessions": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "profile.endSession": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      input: () => ({ id: newId("ses") }),
    },
    "profile.endOtherSessions": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      input: () => undefined,
    },
    "requests.list": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "requests.get": { type: "query", for: EVERYBODY, environment: "staging", input: requestId },
    "requests.histogram": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "requests.tail": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "requests.state": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "requests.routes": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
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
    "settings.requestLog": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.changeRequestLog": {
      type: "mutation",
      confirms: "always",
      for: SETTINGS,
      environment: null,
      input: () => ({ headers: true }),
    },
    "settings.retention": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.tryRetention": {
      type: "query",
      for: SETTINGS,
      environment: null,
      input: () => ({ logDays: 1, telemetryDays: 1 }),
    },
    "settings.changeRetention": {
      type: "mutation",
      confirms: "always",
      for: SETTINGS,
      environment: null,
      input: () => ({ logDays: 7 }),
    },
    "settings.checks": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.clock": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.sessions": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.changeSessions": {
      type: "mutation",
      confirms: "always",
      for: SETTINGS,
      environment: null,
      input: () => ({ sessionDays: 3 }),
    },
    "settings.mail": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.sendTestMail": {
      type: "mutation",
      confirms: "never",
      for: SETTINGS,
      environment: null,
      input: () => ({ to: newEmail() }),
    },
    "settings.signIn": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.changeSignIn": {
      type: "mutation",
      confirms: "always",
      for: SETTINGS,
      environment: null,
      input: () => ({ secondFactorRequired: false }),
    },
    "settings.isolation": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.pepper": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.logWriter": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "telemetry.list": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "telemetry.byDay": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "telemetry.names": { type: "query", for: EVERYBODY, environment: null, input: () => ({ of: "type" }) },
    "overview.get": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "usage.overall": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "usage.ofKey": { type: "query", for: EVERYBODY, environment: "staging", input: keyId },
    "usage.permissions": { type: "query", for: EVERYBODY, environment: "staging", input: keyId },
    "usage.traffic": { type: "query", for: EVERYBODY, environment: "staging", input: keyId },
    "usage.secrets": { type: "query", for: EVERYBODY, environment: "staging", input: keyId },
    "usage.trim": { type: "query", for: EVERYBODY, environment: "staging", input: keyId },
    "usage.replayPermissions": {
      type: "query",
      for: EVERYBODY,
      environment: "staging",
      input: async () => ({ ...(await keyId()), permissions: ["jobs:read"] }),
    },
    "usage.replayLimits": {
      type: "query",
      for: EVERYBODY,
      environment: "staging",
      input: async () => ({ ...(await keyId()), rateLimits: { minute: 10 } }),
    },
  };
}
