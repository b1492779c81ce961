import type { Fixture } from "@test/support/fixture";
import { insightProcedures } from "./insight";
import { keyProcedures } from "./keys";
import type { Procedures } from "./procedure";
import { profileProcedures } from "./profile";
import { recordProcedures } from "./records";
import { settingsProcedures } from "./settings";
import { teamProcedures } from "./team";
import { webhookProcedures } from "./webhooks";

export type { Procedure } from "./procedure";

/**
 * Every procedure of the console that takes a session. What its input names is made in the fixture, afresh for each call. A new
 * procedure is a line in the file of its noun: who may call it, and with which input it is tried. Owner: everything. Admin:
 * everything but owners, team and settings. Operator: customers, licences, jobs; sees keys. Viewer: sees everything but secrets.
 */
export function proceduresOf(fixture: Fixture): Procedures {
  const keyId = async () => ({ id: (await fixture.key()).key.id });
  return {
    ...teamProcedures(fixture),
    ...profileProcedures(fixture),
    ...keyProcedures(fixture, keyId),
    ...recordProcedures(fixture),
    ...insightProcedures(fixture, keyId),
    ...settingsProcedures(fixture),
    ...webhookProcedures(fixture),
  };
}
