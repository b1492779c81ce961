import { z } from "zod";
import { boundedArray } from "./arrays";
import { MINUTE_MS } from "./durations";
import { type Id, idSchema } from "./ids";
import { text, textProblem } from "./text";

/** For how long a challenge can be answered: time to look for a security key, and little for whoever has caught one. */
export const CHALLENGE_LIFE_MS = 5 * MINUTE_MS;

/** Of one person. Nobody has more devices; a script that registers again and again may. */
export const MAX_PASSKEYS = 20;

/** Why an authenticator's answer was not taken, in a sentence for whoever sits there. */
export const PASSKEY_REFUSALS = {
  challenge:
    "The passkey was not asked for here, was used already, or took more than five minutes. Try again.",
  unknown: "This passkey is not known here. It may have been removed.",
  other_person: "This passkey belongs to somebody else.",
  other_address: "The passkey was used at another address than this console’s.",
  no_verification: "The passkey did not check who uses it. Unlock it by PIN, fingerprint or face.",
  counter:
    "This passkey was used less often than is on record, so there may be a copy of it. Sign in another way, remove it, and register another.",
  forged: "The passkey could not be verified.",
  deactivated: "Your account here is deactivated. Ask an owner to reactivate it.",
} as const;

export type PasskeyRefusal = keyof typeof PASSKEY_REFUSALS;

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

/** A passkey as its owner sees it. */
export interface PasskeyView {
  id: Id<"psk">;
  name: string;
  createdAt: string;
  /** Null: never since it was registered. */
  lastUsedAt: string | null;
  /** Kept by a service that syncs it between devices. */
  isBackedUp: boolean;
}
