import { PASSKEY_REFUSALS, type PasskeyRefusal } from "@/contracts/passkeys";
import { type AppError, invalidField } from "@/server/core/errors";

/** 422 at the passkey, with why as the stable word of the field. */
export function refusedPasskey(why: PasskeyRefusal): AppError {
  return invalidField("passkey", PASSKEY_REFUSALS[why], why);
}
