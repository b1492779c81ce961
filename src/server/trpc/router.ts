import { adminsRouter } from "./routers/admins";
import { approvalsRouter } from "./routers/approvals";
import { auditRouter } from "./routers/audit";
import { customersRouter } from "./routers/customers";
import { explainRouter } from "./routers/explain";
import { findingsRouter } from "./routers/findings";
import { invitationsRouter } from "./routers/invitations";
import { jobsRouter } from "./routers/jobs";
import { keysRouter } from "./routers/keys";
import { licensesRouter } from "./routers/licenses";
import { noticesRouter } from "./routers/notices";
import { overviewRouter } from "./routers/overview";
import { passkeysRouter } from "./routers/passkeys";
import { permissionsRouter } from "./routers/permissions";
import { policiesRouter } from "./routers/policies";
import { profileRouter } from "./routers/profile";
import { requestsRouter } from "./routers/requests";
import { setUpRouter } from "./routers/set-up";
import { settingsRouter } from "./routers/settings";
import { signInRouter } from "./routers/sign-in";
import { telemetryRouter } from "./routers/telemetry";
import { usageRouter } from "./routers/usage";
import { webhooksRouter } from "./routers/webhooks";
import { createCallerFactory, router } from "./trpc";

/** The administrators' plane. */
export const appRouter = router({
  admins: adminsRouter,
  approvals: approvalsRouter,
  audit: auditRouter,
  customers: customersRouter,
  explain: explainRouter,
  findings: findingsRouter,
  invitations: invitationsRouter,
  jobs: jobsRouter,
  keys: keysRouter,
  licenses: licensesRouter,
  notices: noticesRouter,
  overview: overviewRouter,
  passkeys: passkeysRouter,
  permissions: permissionsRouter,
  policies: policiesRouter,
  profile: profileRouter,
  requests: requestsRouter,
  setUp: setUpRouter,
  settings: settingsRouter,
  signIn: signInRouter,
  telemetry: telemetryRouter,
  usage: usageRouter,
  webhooks: webhooksRouter,
});

export type AppRouter = typeof appRouter;

/** Calls procedures without HTTP: for pages on the server, and tests. */
export const createCaller = createCallerFactory(appRouter);
