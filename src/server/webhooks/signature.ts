import { createHmac, randomBytes } from "node:crypto";

/** Standard Webhooks 1.0, "Signature scheme": 24 to 64 bytes, shown as base64 behind this. */
const SECRET_PREFIX = "whsec_";
const SECRET_BYTES = 32;

/** A new signing secret, for one endpoint alone: who learns it can speak to that receiver as this Keyward. */
export const newSigningSecret = (): Buffer => randomBytes(SECRET_BYTES);

/** As receivers' libraries take it. */
export const secretText = (secret: Buffer): string => SECRET_PREFIX + secret.toString("base64");

/** What is sent, and when: the time is signed too, so that a receiver can refuse what somebody caught and sends again later. */
interface SignedMessage {
  id: string;
  body: string;
  at: Date;
}

/**
 * The headers by which a receiver knows who sends (Standard Webhooks 1.0, "Webhook headers").
 * @param secrets each makes a signature, and one of them has to be right: during a rotation both are told
 */
export function signedHeaders({ id, body, at }: SignedMessage, secrets: readonly Buffer[]) {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac("sha256", secret).update(signed).digest("base64")}`,
  );
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}
