import * as z from "zod";
import { textProblem } from "../text";
import { boundedArray } from "./arrays";
import { idSchema } from "./ids";
import { text } from "./text";

/** Unpadded base64url, as WebAuthn's JSON has binary data (Web Authentication Level 3, section 5.1.8). */
const binary = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\w-]+$/, "Must be base64url");

/**
 * A credential id has 1,023 bytes at most (section 4, "Credential ID"). It is stored, so that an API key in its place, which
 * only somebody who makes one up can send, is refused as in every text.
 */
const credentialIdSchema = binary(1_364).refine((id) => textProblem(id) === null, "Must not hold an API key");

/** What is the same in both answers. Browsers add fields of newer editions; what is not read is dropped. */
const answerShape = {
  id: credentialIdSchema,
  rawId: credentialIdSchema,
  type: z.literal("public-key"),
};

/** What a browser makes of a new passkey: RegistrationResponseJSON of section 5.1.8. */
export const passkeyRegistrationSchema = z.object({
  ...answerShape,
  response: z.object({
    clientDataJSON: binary(8_192),
    attestationObject: binary(32_768),
    transports: boundedArray(z.string().regex(/^[a-z-]{1,20}$/), { max: 10 }).default([]),
  }),
});

export type PasskeyRegistration = z.output<typeof passkeyRegistrationSchema>;

/** The answer of a passkey to a challenge: AuthenticationResponseJSON of section 5.1.8. */
export const passkeyAnswerSchema = z.object({
  ...answerShape,
  response: z.object({
    clientDataJSON: binary(8_192),
    authenticatorData: binary(8_192),
    signature: binary(8_192),
    userHandle: binary(128).optional(),
  }),
});

export type PasskeyAnswer = z.output<typeof passkeyAnswerSchema>;

const nameSchema = text(1, 60);

export const registerPasskeySchema = z.strictObject({
  name: nameSchema,
  registration: passkeyRegistrationSchema,
});

export const renamePasskeySchema = z.strictObject({ id: idSchema("psk"), name: nameSchema });

export const passkeyIdSchema = z.strictObject({ id: idSchema("psk") });

/** Proof that it is oneself, by a passkey. */
export const passkeyInput = z.strictObject({ passkey: passkeyAnswerSchema });

/** A sign-in by passkey: the answer, and the token of the cookie that its challenge was given out with; empty: there is none. */
export const signInByPasskeySchema = z.strictObject({
  passkey: passkeyAnswerSchema,
  challengeToken: z.string().max(100),
});
