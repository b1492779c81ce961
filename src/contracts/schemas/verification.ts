import * as z from "zod";
import { idSchema } from "./ids";
import { permissionNameSchema } from "./permissions";

/** Body of `POST /keys/verify`. */
export const verifyKeySchema = z.strictObject({
  /**
   * What the client has shown as its API key, whatever that is: what is none is answered as an unknown key, and an empty text as a
   * missing one. It is stored nowhere.
   */
  key: z.string(),
  permission: permissionNameSchema.optional(),
  /** The client's address. Absent or null: unknown, which a key with a list of addresses refuses. */
  ip: z.union([z.ipv4(), z.ipv6()], "Must be an IP address").nullable().optional(),
  /** The header Origin of the client's call, as it is. Absent or null: it has none, as no page of a browser makes it. */
  origin: z.string().nullable().optional(),
});

/** Every way in which a key that is asked about can be refused: the codes of the gateway's own checks, and its customers all gone. */
export const VERIFICATION_REFUSALS = [
  "key_missing",
  "key_invalid",
  "key_revoked",
  "key_expired",
  "ip_not_allowed",
  "origin_not_allowed",
  "rate_limited",
  "permission_denied",
  "customer_out_of_scope",
] as const;

/** Ids of the customers that the key is restricted to; null: it is not restricted. */
const customersSchema = z.array(idSchema("cus")).nullable();

/** Answer of `POST /keys/verify`. */
export const verificationSchema = z.object({
  valid: z.boolean(),
  code: z.enum(["valid", ...VERIFICATION_REFUSALS]),
  /** The one to answer the client with, where it is refused; 200 where it is not. */
  status: z.literal([200, 401, 403, 429]),
  detail: z.string().optional(),
  /** Of a known key of this environment, refused or not; absent where its client fails too often. */
  keyId: idSchema("key").optional(),
  name: z.string().optional(),
  /** All that the key may do: what it was given, and what that includes. */
  permissions: z.array(z.string()).optional(),
  customers: customersSchema.optional(),
  /** What is left of the key's limits, where they were asked. No policies while the limiter is away. */
  rateLimit: z
    .object({
      retryAfter: z.int(),
      policies: z.array(z.object({ name: z.string(), limit: z.int(), remaining: z.int(), reset: z.int() })),
    })
    .optional(),
});

export type Verification = z.infer<typeof verificationSchema>;

/** Query of `GET /gate`. */
export const gateQuerySchema = z.strictObject({ permission: permissionNameSchema.optional() });

/** Parameters of the gate where a proxy can give nothing but a path. */
export const gateParamsSchema = z.object({ permission: permissionNameSchema });

/** Answer of the gate, of which the headers say the same. */
export const gateSchema = z.object({
  keyId: idSchema("key"),
  name: z.string(),
  permissions: z.array(z.string()),
  customers: customersSchema,
});
