import * as z from "zod";
import { idSchema } from "./ids";
import { permissionNameSchema } from "./permissions";

/** Body of `POST /keys/verify`. */
export const verifyKeySchema = z.strictObject({
  key: z
    .string()
    .describe(
      "What the client has shown as its API key, whatever that is: what is none is answered as an unknown key, and an empty text as a missing one. It is stored nowhere",
    ),
  permission: permissionNameSchema
    .optional()
    .describe("What the key must hold; absent: any good key will do"),
  ip: z
    .union([z.ipv4(), z.ipv6()], "Must be an IP address")
    .nullable()
    .optional()
    .describe(
      "The client's address, which the key's own list of addresses is compared with, and by which guessing is slowed down. Absent or null: unknown, which a key with such a list refuses",
    ),
  origin: z
    .string()
    .nullable()
    .optional()
    .describe(
      "The header Origin of the client's call, as it is, which the key's own list of web origins is compared with. Absent or null: the call has none, as no page of a browser makes it",
    ),
});

/** Every way in which a key that is asked about can be refused: the codes of the gateway's own checks. */
export const VERIFICATION_REFUSALS = [
  "key_missing",
  "key_invalid",
  "key_revoked",
  "key_expired",
  "ip_not_allowed",
  "origin_not_allowed",
  "rate_limited",
  "permission_denied",
] as const;

const effectivePermissionsSchema = z
  .array(z.string())
  .describe("All that the key may do: what it was given, and what that includes");

const customersSchema = z
  .array(idSchema("cus"))
  .nullable()
  .describe("Ids of the customers that the key is restricted to; null: it is not restricted");

/** Answer of `POST /keys/verify`. */
export const verificationSchema = z
  .object({
    valid: z.boolean().describe("Whether the key may be let in, for what was asked"),
    code: z
      .enum(["valid", ...VERIFICATION_REFUSALS])
      .describe("`valid`, or the code of the problem that the key would get from Keyward itself"),
    status: z
      .union([z.literal(200), z.literal(401), z.literal(403), z.literal(429)])
      .describe("The HTTP status to answer the client with, where it is refused; 200 where it is not"),
    detail: z
      .string()
      .optional()
      .describe("Why the key is refused, in words that may be shown to the client"),
    keyId: idSchema("key").optional().describe("Of a known key of this environment, refused or not"),
    name: z.string().optional().describe("Name of that key"),
    permissions: effectivePermissionsSchema.optional(),
    customers: customersSchema.optional(),
    rateLimit: z
      .object({
        retryAfter: z.int().describe("Seconds until a call passes again; 0: at once"),
        policies: z
          .array(
            z.object({
              name: z.string(),
              limit: z.int().describe("Calls in the window"),
              remaining: z.int().describe("Calls that are left of them"),
              reset: z.int().describe("Seconds until the window resets, or a call passes again"),
            }),
          )
          .describe("The key's windows; empty while the limiter is away"),
      })
      .optional()
      .describe("What is left of the key's limits, where they were asked"),
  })
  .meta({ id: "Verification" });

export type Verification = z.infer<typeof verificationSchema>;

/** Query of `GET /gate`. */
export const gateQuerySchema = z.strictObject({
  permission: permissionNameSchema
    .optional()
    .describe("What the key must hold; absent: any good key will do"),
});

/** Parameters of the gate where a proxy can give nothing but a path. */
export const gateParamsSchema = z.object({ permission: permissionNameSchema });

/** Answer of the gate, of which the headers say the same. */
export const gateSchema = z.object({
  keyId: idSchema("key"),
  name: z.string(),
  permissions: effectivePermissionsSchema,
  customers: customersSchema,
});

export type GateAnswer = z.infer<typeof gateSchema>;
