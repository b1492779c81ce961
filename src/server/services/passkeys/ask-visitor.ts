import { generateAuthenticationOptions } from "@simplewebauthn/server";
import { CHALLENGE_LIFE_MS } from "@/contracts/passkeys";
import { newToken } from "@/server/core/secrets";
import { passkeyAskPolicies } from "@/server/rate-limit";
import type { ServiceContext } from "../context";
import { countIn } from "../count-in";
import { makeChallenge } from "./internal/challenge";
import { type RequestOptions, withoutExtensions } from "./internal/options";
import { relyingPartyOf } from "./internal/relying-party";

/**
 * What a browser asks for a passkey by on the sign-in page. It names none, as it knows nobody: the same for everybody, so
 * that it tells nothing of who has an account, or a passkey.
 * @returns with it the token for the cookie of the browser that may answer
 * @throws AppError rate_limited with `retryAfter` in seconds
 */
export async function askVisitorForPasskey(
  ctx: ServiceContext,
): Promise<{ options: RequestOptions; token: string }> {
  await countIn(ctx, [passkeyAskPolicies(ctx.ip)]);
  const token = newToken();
  const options = await generateAuthenticationOptions({
    rpID: relyingPartyOf(ctx).id,
    challenge: await makeChallenge(ctx, { token }, "prove"),
    timeout: CHALLENGE_LIFE_MS,
    userVerification: "required",
  });
  return { options: withoutExtensions(options), token };
}
