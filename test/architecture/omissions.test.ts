import ts from "typescript";
import { describe, expect, test } from "vitest";
import { ROUTES } from "@/gateway/routes";
import { proceduresOf } from "./habits";
import { nodesOf, readSources, sourcesOf } from "./source";
import { verbsImported, verbsOf } from "./verbs";

const sources = readSources("src");
const verbs = verbsOf(sources);

/** Verbs that ask for no permission, and why. Everything else calls authorize first. */
const WITHOUT_AUTHORIZE: Record<string, string> = {
  "admins.acceptInvitation": "the link's token is what opens it; it was authorized when it was made",
  "admins.confirmEmailChange": "the token of the link that was mailed is what opens it",
  "admins.countProviderVisit": "counts a step of a sign-in by a provider, before it is known who that is",
  "admins.findInvitation": "the same as acceptInvitation",
  "admins.issueSetUpToken": "called by the start alone, and does nothing once there is an administrator",
  "admins.needsSetUp": "tells a visitor of a fresh installation why there is nothing to sign in to",
  "admins.requestPasswordReset":
    "somebody who cannot sign in asks; it mails the account's address alone, and tells nothing",
  "admins.resetOwnPassword": "the same as confirmEmailChange",
  "audit.recordAudit": "part of a change that was authorized",
  "audit.recordExport": "part of an export that was authorized",
  "backup.openBackup": "reads a file, and nothing of the installation",
  "calling-key.lockCallingKey": "a part of a change, which its verb authorizes",
  "calling-key.readCallingKey": "finds out what the calling key may, for verbs that authorize themselves",
  "health.checkDatabase": "tells nothing but whether Postgres can be used",
  "health.measureClock": "asks Postgres for the time, and nothing else",
  "idempotency.withIdempotency": "a frame around verbs that authorize themselves",
  "key-policies.loadKeyPolicies": "reads for verbs that were authorized",
  "key-policies.silenceOf": "pure: decides from facts, reads nothing",
  "jobs.tellJobEnded": "part of noting how a job ended, which Keyward itself does",
  "keys.inWindowOrder": "pure: puts limits in order",
  "keys.withoutFullPrefix": "pure: shows an address range as people write it",
  "mails.queueMail": "part of a change that was authorized",
  "notices.notify": "part of a change that was authorized",
  "notices.settleNotices": "part of a change that was authorized",
  "permissions.loadOwnPermissions": "reads for verbs that were authorized",
  "passkeys.askVisitorForPasskey":
    "somebody who cannot be known yet asks; the same for everybody, and it tells nothing",
  "passkeys.checkPasskey": "part of a sign-in or a confirmation: finds out who answers",
  "passkeys.holdsPasskey": "a part of verbs that were authorized, or of a sign-in",
  "passkeys.refusedPasskey": "pure: puts a refusal into words",
  "passkeys.notePasskeyUse": "the same as checkPasskey",
  "sessions.adminOfSession": "finds out who acts; there is nobody to ask yet",
  "sessions.asAdministrator": "names who acts, for the record of a sign-in or sign-out",
  "sessions.deviceOf": "pure: puts into words what a browser says of itself",
  "sessions.isLive": "a condition of a query, which reads nothing itself",
  "sessions.signOut": "whoever holds a session's token may end it",
  "usage.countCalls": "part of what the gateway does of its own accord with each call",
  "usage.countLog": "the same as countCalls",
  "usage.loadPermissionUses": "reads for verbs that were authorized",
  "usage.proposeLeastPrivilege": "pure: decides from facts, reads nothing",
  "webhooks.publishWebhooks": "part of a change that was authorized",
};

/** Verbs that write without an audit row, and why. */
const WITHOUT_AUDIT: Record<string, string> = {
  "admins.issueSetUpToken":
    "a link that nobody has used changes nothing; its use is on record as admin.create",
  "admins.offerSecondFactor":
    "an offer that asks for nothing until a code confirms it, which is on record as second_factor.enable",
  "approvals.purgeApprovals": "maintenance by the clock; nobody decided anything",
  "audit.checkAudit": "notes how far the audit has been checked; nothing is administered",
  "customers.importCustomers": "a chunk of a job, whose start is on record as job.start",
  "findings.checkDueFindings": "the same as checkFindings",
  "findings.checkFindings": "keeps what follows from the facts; nobody decided anything",
  "findings.checkKeyFindings": "the same as checkFindings",
  "idempotency.expireIdempotencyRecords": "maintenance by the clock; nobody decided anything",
  "idempotency.withIdempotency":
    "keeps an API key's own answer; what the verb within changes it records itself",
  "jobs.purgeJobResults": "maintenance by the clock; nobody decided anything",
  "keys.purgeKeyChanges": "maintenance by the clock; nobody decided anything",
  "licenses.activateLicense":
    "what end users' apps do is in the request log; an administrator's use is no change of the licence",
  "licenses.deactivateLicense": "the same as activateLicense",
  "licenses.generateLicenses": "a chunk of a job, whose start is on record as job.start",
  "mails.purgeMails": "maintenance by the clock; nobody decided anything",
  "mails.queueMail": "a part of a change, which is on record itself",
  "mails.sendDueMails": "notes how far mails have come; nobody decided anything",
  "notices.findDueNotices": "tells what follows from the facts; nobody decided anything",
  "notices.markNoticesRead": "what somebody has read is nobody's administration",
  "notices.notify": "a part of a change, which is on record itself",
  "notices.settleNotices": "a part of a change, which is on record itself",
  "notices.purgeNotices": "maintenance by the clock; nobody decided anything",
  "notices.sendSummaries": "the same as findDueNotices",
  "passkeys.askForPasskey": "a challenge, which changes nothing; what its answer does is on record",
  "passkeys.askVisitorForPasskey": "the same as askForPasskey",
  "passkeys.checkPasskey": "uses a challenge up; the sign-in or confirmation is on record",
  "passkeys.offerPasskey": "the same as askForPasskey",
  "passkeys.purgePasskeyChallenges": "maintenance by the clock; nobody decided anything",
  "passkeys.notePasskeyUse": "notes a use; the sign-in or confirmation is on record",
  "requests.countWholeLog": "the same as usage.countCalls",
  "requests.purgeRequestLogWriters": "forgets where a process that is gone had come to; nobody asked for it",
  "sessions.adminOfSession": "notes that a session is in use; nothing is administered",
  "sessions.purgeSessions": "maintenance by the clock; nobody decided anything",
  "sessions.startSession": "a part of signing in, which is on record as session.start",
  "telemetry.ingestTelemetry": "what API keys do is in the request log; no procedure of the console calls it",
  "usage.countCalls": "adds up what was called; nobody decided anything",
  "usage.countLog": "the same as countCalls",
  "usage.dropOldUsage": "maintenance by the clock; nobody decided anything",
  "webhooks.failStoppedWebhooks": "the rest of a disabling that is on record",
  "webhooks.purgeDeletedWebhooks": "the rest of a deletion that is on record",
  "webhooks.purgeWebhooks": "maintenance by the clock; nobody decided anything",
  "webhooks.releaseHeldWebhooks": "keeps the order that holds already; nobody decided anything",
  "webhooks.resealWebhookSecrets": "keeps the same secrets under the present pepper; nobody decided anything",
  "webhooks.sendTestWebhook": "tells of nothing, and changes nothing but the list of what was sent",
};

/** Verbs that take something besides the context which no schema reads, and why. */
const WITHOUT_PARSE: Record<string, string> = {
  "audit.recordAudit": "what is recorded is put together by verbs, of what they have parsed",
  "audit.recordExport": "what is recorded is put together by verbs, of what they have parsed",
  "backup.openBackup": "what it is asked for is the passphrase",
  "calling-key.readCallingKey": "a part of verbs, which parse their own",
  "calling-key.requireCallingKey": "the same as readCallingKey",
  "customers.prepareCustomerImport":
    "its type takes nothing but what startJob has read: 10,000 rows take 9 ms to read",
  "findings.checkDueFindings": "takes a signal to stop",
  "health.examineInstallation": "takes what the settings of this process say",
  "idempotency.withIdempotency":
    "a frame: the pipeline has read the header, and the verb within parses its own",
  "jobs.tellJobEnded": "takes the id of a row that was read",
  "key-policies.permissionsToApprove":
    "a part of changing a key, of what was read from its row before and after",
  "key-policies.requireWithinPolicy":
    "a part of changing a key, of what was read from its row before and after",
  "key-policies.silenceOf": "pure: decides from facts, reads nothing",
  "mails.queueMail": "a part of a change, of what the verb has parsed",
  "mails.sendDueMails": "takes a signal to stop",
  "notices.findDueNotices": "takes a signal to stop",
  "notices.notify": "a part of a change, of what the verb has read from rows",
  "notices.settleNotices": "a part of a change, of what the verb has read from rows",
  "notices.sendSummaries": "takes a signal to stop",
  "passkeys.checkPasskey": "a part of signing in, of what the verb has parsed",
  "passkeys.holdsPasskey": "takes the id of a row that was read",
  "passkeys.notePasskeyUse": "the same as checkPasskey",
  "permissions.requireDefined": "a part of changing a key, of what the verb has parsed",
  "requests.getLogState": "takes the recorder of this process",
  "requests.getLogWriter": "the same as getLogState",
  "sessions.adminOfSession": "looks up a digest, which there is of any text; the cookie's reader has made it",
  "sessions.asAdministrator": "takes the id of a row that was read",
  "sessions.isLive": "takes the settings, which were read through their schema",
  "sessions.signOut": "the same as adminOfSession",
  "sessions.startSession": "a part of signing in, which has read the row of the administrator",
  "telemetry.ingestTelemetry":
    "its type takes nothing but what sendTelemetrySchema has read: a thousand events take 7 ms to read, and each batch would pay that twice",
  "usage.countCalls": "takes what the gateway has put together, or the log has",
  "usage.countLog": "says how long to wait; nothing of a caller's",
  "usage.loadPermissionUses": "reads for verbs, which have parsed or read the ids",
  "usage.proposeLeastPrivilege": "pure: decides from facts, reads nothing",
  "webhooks.publishWebhooks": "a part of a change, of what the verb has read from rows",
  "webhooks.sendDueWebhooks": "takes a signal to stop",
};

/** What decides about others: its tables are not the public API's roles' to see, and its verbs say themselves which rows. */
const ON_OWNERS_POOL: readonly string[] = ["keys:manage", "webhooks:manage"];

test("The routes of what decides about others work on the owner's pool, and no other does", () => {
  for (const { name, permission, database } of ROUTES)
    expect(database === "owner", name).toBe(permission !== null && ON_OWNERS_POOL.includes(permission));
});

/**
 * Verbs that decide about keys and that a key may call. Any other would take a key with `keys:manage` for an administrator of its
 * environment, as it asks for the same action; these ask which keys the calling one manages, and what it may give.
 */
const OF_MANAGING_KEYS = [
  "createManagedKey",
  "deleteKey",
  "getKey",
  "listManagedKeys",
  "reactivateKey",
  "regenerateKey",
  "revokeKey",
  "updateKey",
];

test("The routes of the public API reach no verb of keys but those that ask which keys the calling one manages", () => {
  const reached = verbsImported(sources, "src/gateway/routes/");
  expect(reached).toContain("customers.listCustomers");
  const asking = reached.filter((verb) => verbs.get(verb)?.asks.some((action) => action.startsWith("keys:")));
  expect(asking).toEqual(OF_MANAGING_KEYS.map((name) => `keys.${name}`));
  const others = [...verbs].filter(([, { asks }]) => asks.includes("keys:read")).map(([verb]) => verb);
  expect(others).toEqual(expect.arrayContaining(["keys.listKeys", "keys.identifyKey"]));
});

describe("A verb of services", () => {
  test("is seen by this check", () => {
    expect([...verbs.keys()]).toEqual(expect.arrayContaining(["keys.createKey", "customers.listCustomers"]));
    expect(verbs.get("gateway.explainCall")).toMatchObject({ authorizes: true, writes: false });
    expect(verbs.get("keys.createKey")).toEqual({
      authorizes: true,
      writes: true,
      audits: true,
      parses: true,
      asks: ["keys:manage"],
    });
    expect(verbs.get("keys.listKeys")).toMatchObject({ authorizes: true, writes: false, audits: false });
  });

  test("asks for a permission, unless it is on the list above", () => {
    const without = [...verbs].filter(([, effects]) => !effects.authorizes).map(([verb]) => verb);
    expect(
      without.sort(),
      'Start the verb with authorize(ctx, "…") from server/core/authorize. A verb that may be called by anybody needs a line, with its reason, in WITHOUT_AUTHORIZE.',
    ).toEqual(Object.keys(WITHOUT_AUTHORIZE).sort());
  });

  test("that changes rows records it in the audit, unless it is on the list above", () => {
    const without = [...verbs]
      .filter(([, effects]) => effects.writes && !effects.audits)
      .map(([verb]) => verb);
    expect(
      without.sort(),
      "Call recordAudit(ctx, …) in the transaction of the change. A change that is nobody's administration needs a line, with its reason, in WITHOUT_AUDIT.",
    ).toEqual(Object.keys(WITHOUT_AUDIT).sort());
  });

  test("tells, mails and looks for findings before it records, so that no two of them wait for each other", () => {
    const WAITS = [
      "notify",
      "queueMail",
      "mailInvitation",
      "checkKeyFindings",
      "findDueNotices",
      "startSession",
    ];
    const late: string[] = [];
    for (const [file, source] of sources) {
      if (!file.startsWith("src/server/")) continue;
      for (const body of source.statements.filter(ts.isFunctionDeclaration)) {
        const calls = [...nodesOf(body)]
          .filter(ts.isCallExpression)
          .map((call) => ({ name: call.expression.getText(source), at: call.getStart(source) }));
        const recorded = calls.find(({ name }) => name === "recordAudit");
        if (!recorded) continue;
        const after = calls.filter(({ name, at }) => WAITS.includes(name) && at > recorded.at);
        late.push(...after.map(({ name }) => `${file}: ${name}`));
      }
    }
    expect(
      late,
      "From recordAudit on the transaction holds the lock of the chain: what can wait for a row comes before it (services/audit/record.ts).",
    ).toEqual([]);
  });

  test("reads its input through its schema itself, unless it is on the list above", () => {
    const without = [...verbs].filter(([, { parses }]) => !parses).map(([verb]) => verb);
    expect(
      without.sort(),
      "Start the verb with parse(…Schema, input) from server/core/validation and a schema of contracts, and use nothing but what that returns: every plane, job and command calls the verb, and one of them would forget. A verb whose second parameter is no input needs a line, with its reason, in WITHOUT_PARSE.",
    ).toEqual(Object.keys(WITHOUT_PARSE).sort());
  });

  test.each([
    ["change(ctx) { return ctx; }", true],
    ["change(ctx, input) { const { id } = parse(thingSchema, input); return id; }", true],
    [
      "change(ctx, input) { return once(parse(THINGS.thing.schema, named(ctx, input)), { input: 1 }.input); }",
      true,
    ],
    ["change(ctx, input) { return input.id; }", false],
    ["change(ctx, { id }) { return parse(thingSchema, { id }); }", false],
    ["change(ctx, input) { const { id } = parse(thingSchema, input); return id + input.name; }", false],
    ["change(ctx, input) { return helper(ctx, input); }", false],
    ["change(ctx, input) { return parse(ownSchema, input); }", false],
    ["change(ctx, input) { return JSON.parse(thingSchema, input); }", false],
    ["change(ctx, input) { return thingSchema.parse(input); }", false],
    ["change(ctx, input) { return parse(input, thingSchema); }", false],
    ["change(ctx, input) { return ctx; }", false],
  ])("parses or does not: %s", (verb, parses) => {
    const tree = sourcesOf({
      "src/server/core/validation.ts": "",
      "src/contracts/things.ts": "",
      "src/server/services/things/index.ts": 'export { change } from "./change";',
      "src/server/services/things/change.ts": `
        import { THINGS, thingSchema } from "@/contracts/things";
        import { parse } from "@/server/core/validation";
        const ownSchema = z.string();
        const helper = (ctx, input) => parse(thingSchema, input);
        export async function ${verb}`,
    });
    expect(verbsOf(tree).get("things.change")?.parses).toBe(parses);
  });

  test.each([
    ["db.delete(rows)", { authorizes: false, writes: true, audits: false }],
    ["ctx.tx.update(rows).set(changes)", { authorizes: false, writes: true, audits: false }],
    ["await sql`delete from api_keys`", { authorizes: false, writes: true, audits: false }],
    ["await tx.execute(sql`with old as (select 1) update api_keys set name = ''`)", { writes: true }],
    ["return pending.delete(id)", { writes: false }],
    ['return createHash("sha256").update(text)', { writes: false }],
    ["await sql`select deleted_at from api_keys`", { writes: false }],
    ["return helper(ctx)", { authorizes: true, writes: true, audits: true }],
  ])("is known by what it does: %s", (body, effects) => {
    const tree = sourcesOf({
      "src/server/core/authorize.ts": "",
      "src/server/services/audit/record.ts":
        "export async function recordAudit(ctx) { await ctx.tx.insert(rows); }",
      "src/server/services/audit/index.ts": 'export { recordAudit } from "./record";',
      "src/server/services/things/index.ts": 'export { change } from "./change";',
      "src/server/services/things/change.ts": `
        import { helper as helper } from "./helper";
        export async function change(ctx) { ${body}; }`,
      "src/server/services/things/helper.ts": `
        import { authorize } from "@/server/core/authorize";
        import { recordAudit } from "../audit";
        export const helper = (ctx) => { authorize(ctx, "x"); tx.insert(rows); return recordAudit(ctx, {}); };`,
    });
    expect(verbsOf(tree).get("things.change")).toMatchObject(effects);
  });
});

/** Procedures that work without a session, and why. */
const OPEN_PROCEDURES: Record<string, string> = {
  "invitations.accept": "makes the person whom an invitation's link is for, from the token in it",
  "invitations.find": "tells whoever has that token what it invites to",
  "signIn.askPasskey": "gives the sign-in page a challenge, the same for everybody",
  "signIn.confirmEmail": "changes the address of the administrator of a link, from the token in it",
  "signIn.requestPasswordReset": "mails somebody who cannot sign in, and tells nothing",
  "signIn.resetPassword": "sets the password of the administrator of a link, from the token in it",
  "signIn.ways": "tells the sign-in page which buttons there are",
  "setUp.complete": "makes the first owner, from the token on the operator's terminal",
  "setUp.needed": "tells a visitor of a fresh installation why there is nothing to sign in to",
};

test("A procedure of the console needs a session (adminProcedure), unless it is on the list above", () => {
  const procedures = proceduresOf(sources);
  expect(procedures.get("keys.create")).toBe("adminProcedure");
  expect(procedures.get("profile.secondFactor")).toBe("enrolmentProcedure");
  const signedIn = ["adminProcedure", "enrolmentProcedure"];
  const open = [...procedures].filter(([, base]) => !signedIn.includes(base)).map(([name]) => name);
  expect(
    open.sort(),
    "Build the procedure on adminProcedure. One for visitors needs a line, with its reason, in OPEN_PROCEDURES.",
  ).toEqual(Object.keys(OPEN_PROCEDURES).sort());
});

/** Routes of the public API that any good key may call, and why. */
const ROUTES_WITHOUT_PERMISSION: Record<string, string> = {
  "gate.check": "asks for the permission that its query names",
  "gate.checkPath": "asks for the permission that its path names",
  "key.get": "an integration can always ask what its key is",
};

test("A route of the public API names its permission, unless it is on the list above", () => {
  const open = ROUTES.filter((route) => route.permission === null).map((route) => route.id);
  expect(
    open.sort(),
    "Name the permission of contracts/permissions.ts in the route's declaration. A route for every key needs a line, with its reason, in ROUTES_WITHOUT_PERMISSION.",
  ).toEqual(Object.keys(ROUTES_WITHOUT_PERMISSION).sort());
});
