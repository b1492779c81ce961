import { generateRegistrationOptions } from "@simplewebauthn/server";
import { eq } from "drizzle-orm";
import { CHALLENGE_LIFE_MS } from "@/contracts/passkeys";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { administratorOf } from "@/server/core/principal";
import { passkeys } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { deviceOf } from "../sessions";
import { holderOf, makeChallenge } from "./internal/challenge";
import { type CreationOptions, withoutExtensions, withTransports } from "./internal/options";
import { relyingPartyOf } from "./internal/relying-party";

/**
 * What a browser makes a new passkey by. Nothing is kept of it but the challenge, until the passkey comes back
 * (`registerPasskey`).
 * @returns with it a name to begin with, by the device that asks
 * @throws AppError confirmation_required; key_missing without a session
 */
export async function offerPasskey(
  ctx: ServiceContext,
): Promise<{ options: CreationOptions; suggestedName: string }> {
  authorize(ctx, "profile:manage");
  requireFreshFactor(ctx);
  const { id, email, name } = administratorOf(ctx.principal);
  const own = await withDatabase(ctx, (db) =>
    db
      .select({ id: passkeys.credentialId, transports: passkeys.transports })
      .from(passkeys)
      .where(eq(passkeys.adminId, id)),
  );
  const { id: rpID, name: rpName } = relyingPartyOf(ctx);
  const options = await generateRegistrationOptions({
    rpID,
    rpName,
    challenge: await makeChallenge(ctx, holderOf(ctx.principal), "register"),
    // Opaque, as section 14.6.1 asks: whoever finds a security key learns no address from it.
    userID: new TextEncoder().encode(id),
    userName: email,
    userDisplayName: name || email,
    timeout: CHALLENGE_LIFE_MS,
    // Whose make an authenticator is decides nothing here, and asking would tell us more of people than we need.
    attestationType: "none",
    excludeCredentials: own.map(withTransports),
    // Discoverable, so that signing in needs no address; and with a PIN or the like, so that a stolen key is not enough.
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
  return { options: withoutExtensions(options), suggestedName: deviceOf(ctx.userAgent) };
}
