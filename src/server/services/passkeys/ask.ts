import { generateAuthenticationOptions } from "@simplewebauthn/server";
import { eq } from "drizzle-orm";
import { CHALLENGE_LIFE_MS } from "@/contracts/passkeys";
import { authorize } from "@/server/core/authorize";
import { administratorOf } from "@/server/core/principal";
import { passkeys } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { holderOf, makeChallenge } from "./internal/challenge";
import { type RequestOptions, withoutExtensions, withTransports } from "./internal/options";
import { relyingPartyOf } from "./internal/relying-party";

/**
 * What a browser asks one of one's own passkeys by, to confirm that it is oneself.
 * @throws AppError key_missing without a session
 */
export async function askForPasskey(ctx: ServiceContext): Promise<RequestOptions> {
  authorize(ctx, "profile:manage");
  const { id } = administratorOf(ctx.principal);
  const own = await withDatabase(ctx, (db) =>
    db
      .select({ id: passkeys.credentialId, transports: passkeys.transports })
      .from(passkeys)
      .where(eq(passkeys.adminId, id)),
  );
  const options = await generateAuthenticationOptions({
    rpID: relyingPartyOf(ctx).id,
    challenge: await makeChallenge(ctx, holderOf(ctx.principal), "prove"),
    timeout: CHALLENGE_LIFE_MS,
    userVerification: "required",
    allowCredentials: own.map(withTransports),
  });
  return withoutExtensions(options);
}
