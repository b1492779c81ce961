import { generateKeyPairSync } from "node:crypto";
import { type Deviations, SoftwareAuthenticator } from "@test/support/authenticator";
import type { Fixture } from "@test/support/fixture";
import type { AdminView } from "@/contracts/admins";
import type { PasskeyRefusal } from "@/contracts/passkeys";
import type { AdminPrincipal } from "@/server/core/principal";
import { withTransaction } from "@/server/database/session";
import { askVisitorForPasskey, offerPasskey, registerPasskey } from "@/server/services/passkeys";
import { startSession } from "@/server/services/sessions";

/** The context of somebody who has just signed in. */
export async function signedInAs(fixture: Fixture, admin: AdminView) {
  const session = await withTransaction(fixture.context(), (ctx) => startSession(ctx, admin.id));
  const principal: AdminPrincipal = {
    kind: "admin",
    ...admin,
    sessionId: session.id,
    confirmation: { isFresh: true, ways: [] },
  };
  return fixture.context(principal);
}

type OwnContext = Awaited<ReturnType<typeof signedInAs>>;

/** Registers a passkey of a new authenticator. */
export async function register(
  ctx: OwnContext,
  {
    authenticator = new SoftwareAuthenticator(),
    name = "Laptop",
    ...deviations
  }: Deviations & { authenticator?: SoftwareAuthenticator; name?: string } = {},
) {
  const { options } = await offerPasskey(ctx);
  const registration = authenticator.create(options, deviations);
  const { passkey, codes } = await registerPasskey(ctx, { name, registration });
  return { authenticator, passkey, codes };
}

/** What a browser of the sign-in page sends that was asked for a passkey. */
export async function visitorsAnswer(
  ctx: OwnContext,
  authenticator: SoftwareAuthenticator,
  deviations: Deviations = {},
) {
  const { options, token } = await askVisitorForPasskey(ctx);
  return { passkey: authenticator.get(options, deviations), challengeToken: token };
}

/** Nobody's. */
export const { privateKey: FOREIGN_KEY } = generateKeyPairSync("ec", { namedCurve: "P-256" });

/** What is wrong with an answer, and what is said to it, wherever it is given. */
export const REFUSALS: [string, Deviations, PasskeyRefusal][] = [
  [
    "given to a page that imitates the console",
    { origin: "https://localhost.evil.example" },
    "other_address",
  ],
  ["given within another site's page", { isEmbedded: true }, "other_address"],
  ["for another RP id", { rpId: "evil.example" }, "other_address"],
  ["to another challenge", { challenge: "AAAA" }, "challenge"],
  ["without a PIN or the like", { verifiesUser: false }, "no_verification"],
  ["with a forged signature", { signsWith: FOREIGN_KEY }, "forged"],
  ["that was made for a registration", { type: "webauthn.create" }, "forged"],
];
