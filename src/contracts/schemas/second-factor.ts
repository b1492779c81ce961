import * as z from "zod";
import "./words";

/** Six digits of an authenticator app (RFC 6238), or a recovery code of sixteen characters; blanks and hyphens are for reading. */
export const secondFactorCodeSchema = z
  .string()
  .max(100, "Must be the six digits of the app, or a recovery code")
  .transform((typed) => typed.replace(/[\s-]/g, "").toLowerCase())
  .pipe(z.string().regex(/^(\d{6}|[a-z2-7]{16})$/, "Must be the six digits of the app, or a recovery code"));

export const secondFactorCodeInput = z.strictObject({ code: secondFactorCodeSchema });
