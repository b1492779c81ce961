import { gateSchema, verificationSchema, verifyKeySchema } from "@/contracts/schemas/verification";
import { type Component, object } from "../component";

const rateLimit = verificationSchema.shape.rateLimit.unwrap();

/** What is said of a key that may pass. */
const IDENTITY = {
  name: { description: "What administrators call the key.", maxLength: 100, examples: ["Acme Ltd"] },
  permissions: {
    description: "All that the key may do: what it was given, and what that includes.",
    maxItems: 100,
    items: { type: "string", maxLength: 100 },
    examples: [["orders:read"]],
  },
  customers: {
    description: "The customers that the key is restricted to, at least one; null: it is not restricted.",
    maxItems: 100,
  },
};

export const VERIFICATION_INPUTS: readonly Component[] = [
  object(
    "KeyVerify",
    verifyKeySchema,
    "A key that a client has shown to you, and what it is to be good for.",
    {
      key: {
        description:
          "What the client has shown as its API key, whatever that is: what is none is answered as an unknown key, and an empty text as a missing one. It is stored nowhere.",
        maxLength: 1_048_576,
        examples: ["kw_prod_4fT9xWq2LmN8vB3cYz7RkPs6JdHg1QaE0Zx4Tb"],
      },
      permission: "What the key must hold. Absent: any good key will do.",
      ip: {
        description:
          "The client's address, which the key's own list of addresses is compared with, and by which guessing is slowed down. Absent or null: unknown, which a key with such a list refuses.",
        examples: ["203.0.113.7"],
      },
      origin: {
        description:
          "The header Origin of the client's call, as it is, which the key's own list of web origins is compared with. Absent or null: the call has none, as no page of a browser makes it.",
        maxLength: 16_384,
        examples: ["https://app.example.com"],
      },
    },
  ),
];

export const VERIFICATION_ANSWERS: readonly Component[] = [
  object(
    "VerificationPolicy",
    rateLimit.shape.policies.element,
    "One window of the limits of a key that was asked about.",
    {
      name: { description: "Name of the window.", maxLength: 100, examples: ["minute"] },
      limit: { description: "Calls in the window.", examples: [60] },
      remaining: { description: "Calls that are left of them.", examples: [59] },
      reset: { description: "Seconds until the window resets, or a call passes again.", examples: [42] },
    },
  ),
  object("VerificationLimits", rateLimit, "What is left of the limits of a key that was asked about.", {
    retryAfter: { description: "Seconds until a call passes again; 0: at once.", examples: [0] },
    policies: { description: "The windows; empty while the limiter is away.", maxItems: 10 },
  }),
  object("Verification", verificationSchema, "Whether a key may be let in, for what was asked.", {
    valid: "Whether it may: true with the code `valid` alone.",
    code: "`valid`, or the code of the problem that the gate would answer the key with.",
    status: "The HTTP status to answer the client with, where it is refused; 200 where it is not.",
    detail: {
      description: "Why the key is refused, in words that may be shown to the client.",
      maxLength: 1_000,
      examples: ["This API key has been revoked."],
    },
    keyId: "Id of a known key of this environment, refused or not. Absent where its client fails too often.",
    name: { ...IDENTITY.name, description: "Name of that key." },
    permissions: IDENTITY.permissions,
    customers: IDENTITY.customers,
    rateLimit: "What is left of the limits of the key, where they were asked.",
  }),
  object("GateAnswer", gateSchema, "Who may pass the gate. The headers say the same.", {
    keyId: "Id of the key.",
    ...IDENTITY,
  }),
];
