import { type VerifiedRegistrationResponse, verifyRegistrationResponse } from "@simplewebauthn/server";
import { decodeAttestationObject, isoBase64URL } from "@simplewebauthn/server/helpers";
import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import { MAX_PASSKEYS, type PasskeyView } from "@/contracts/passkeys";
import { type PasskeyRegistration, registerPasskeySchema } from "@/contracts/schemas/passkeys";
import { cleanText } from "@/contracts/text";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import { administratorOf } from "@/server/core/principal";
import { newRecoveryCodes } from "@/server/core/recovery-codes";
import { parse } from "@/server/core/validation";
import type { Transaction } from "@/server/database/connections";
import { violatedUnique } from "@/server/database/errors";
import { admins, passkeys, secondFactors } from "@/server/database/schema";
import { withSavepoint, withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { holderOf, spendChallenge } from "./internal/challenge";
import { refusedPasskey } from "./internal/refused";
import { relyingPartyOf } from "./internal/relying-party";
import { tellOfPasskey } from "./internal/tell";
import { passkeyViewOf } from "./internal/view";
import { logRefusal, refuseEmbedded, whyRefused } from "./internal/why-refused";

type InTransaction = ServiceContext & { tx: Transaction };

/**
 * Keeps a passkey that the browser has made (`offerPasskey`): from then on it signs its owner in, and signing in by password
 * asks for it, or for another second factor.
 * @returns with it recovery codes, which are shown this once, where it is the first second factor; none otherwise
 * @throws AppError confirmation_required; validation_failed at the passkey; conflict where it is registered already;
 * invalid_state with too many; key_missing without a session
 */
export async function registerPasskey(
  ctx: ServiceContext,
  input: z.input<typeof registerPasskeySchema>,
): Promise<{ passkey: PasskeyView; codes: string[] }> {
  authorize(ctx, "profile:manage");
  const { name, registration } = parse(registerPasskeySchema, input);
  requireFreshFactor(ctx);
  const { id: adminId } = administratorOf(ctx.principal);
  const { credential, credentialBackedUp } = await verify(ctx, registration);
  return withTransaction(ctx, async (ctx) => {
    // Two at the same moment must not both be the first.
    await ctx.tx.select({ id: admins.id }).from(admins).where(eq(admins.id, adminId)).for("update");
    const held = await ctx.tx.select({ id: passkeys.id }).from(passkeys).where(eq(passkeys.adminId, adminId));
    if (held.length >= MAX_PASSKEYS)
      throw new AppError("invalid_state", `You have ${MAX_PASSKEYS} passkeys. Remove one first.`);
    const row = {
      id: newId("psk"),
      adminId,
      name: cleanText(name),
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: registration.response.transports,
      isBackedUp: credentialBackedUp,
      createdAt: ctx.clock.now(),
      lastUsedAt: null,
    };
    await insert(ctx, row);
    const codes = held.length === 0 ? await firstRecoveryCodes(ctx, adminId) : [];
    await recordAudit(ctx, {
      action: "passkey.register",
      subject: { id: row.id, name },
      environment: null,
    });
    await tellOfPasskey(ctx, "registered", row);
    return { passkey: passkeyViewOf(row), codes };
  });
}

/** Section 7.1 of Web Authentication Level 3, by the library; the challenge is ours. */
async function verify(ctx: ServiceContext, registration: PasskeyRegistration) {
  const challenge = await spendChallenge(ctx, holderOf(ctx.principal), "register");
  if (challenge === null) throw refusedPasskey("challenge");
  const relyingParty = relyingPartyOf(ctx);
  let outcome: VerifiedRegistrationResponse;
  try {
    refuseEmbedded(registration.response.clientDataJSON);
    outcome = await verifyRegistrationResponse({
      response: { ...registration, clientExtensionResults: {} } as Parameters<
        typeof verifyRegistrationResponse
      >[0]["response"],
      expectedChallenge: challenge,
      expectedOrigin: relyingParty.origin,
      expectedRPID: relyingParty.id,
      requireUserVerification: true,
    });
  } catch (error) {
    logRefusal(ctx, error);
    throw refusedPasskey(await whyRefusedNew(registration, challenge, relyingParty));
  }
  if (!outcome.verified) throw refusedPasskey("forged");
  return outcome.registrationInfo;
}

function whyRefusedNew(
  { response: { clientDataJSON, attestationObject } }: PasskeyRegistration,
  challenge: string,
  relyingParty: ReturnType<typeof relyingPartyOf>,
) {
  return whyRefused({
    clientDataJSON,
    authenticatorData: () =>
      decodeAttestationObject(isoBase64URL.toBuffer(attestationObject)).get("authData"),
    challenge,
    relyingParty,
  });
}

async function insert(ctx: InTransaction, row: typeof passkeys.$inferInsert): Promise<void> {
  try {
    await withSavepoint(ctx, ({ tx }) => tx.insert(passkeys).values(row));
  } catch (error) {
    if (violatedUnique(error) !== "passkeys_credential_id_key") throw error;
    // Also where it is another's (section 7.1, step 26): who would take over a credential id would take over its sign-ins.
    throw new AppError("conflict", "This passkey is registered already.", {}, error);
  }
}

/** Recovery codes for whoever has had no second factor; none beside an app, whose codes go on working. */
async function firstRecoveryCodes(ctx: InTransaction, adminId: Id<"adm">): Promise<string[]> {
  const [row] = await ctx.tx
    .select({ enabledAt: secondFactors.enabledAt })
    .from(secondFactors)
    .where(eq(secondFactors.adminId, adminId))
    .for("update");
  if (row?.enabledAt) return [];
  const { codes, digests: recoveryDigests } = newRecoveryCodes();
  await ctx.tx
    .insert(secondFactors)
    .values({ adminId, recoveryDigests, createdAt: ctx.clock.now() })
    .onConflictDoUpdate({ target: secondFactors.adminId, set: { recoveryDigests } });
  return codes;
}
