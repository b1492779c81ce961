import * as z from "zod";
import { MAX_FIELD_ERROR_LENGTH, MAX_FIELD_ERRORS, MAX_HEADER_BYTES } from "@/contracts/bounds";
import { environmentSchema } from "@/contracts/schemas/environments";
import { idSchema } from "@/contracts/schemas/ids";
import { type Component, object } from "../component";
import { PUBLIC_CODES } from "./values";

const fieldErrorSchema = z.object({
  path: z.string().max(MAX_FIELD_ERROR_LENGTH),
  message: z.string().max(MAX_FIELD_ERROR_LENGTH),
  code: z.string().max(MAX_FIELD_ERROR_LENGTH),
});

export const problemSchema = z.object({
  type: z.url(),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  instance: z.string(),
  code: z.enum(PUBLIC_CODES),
  requestId: idSchema("req"),
  errors: z.array(fieldErrorSchema).max(MAX_FIELD_ERRORS).optional(),
  missingPermissions: z.array(z.string()).optional(),
  violatedPolicies: z.array(z.string()).optional(),
  retryAfter: z.int().min(1).optional(),
  expiredAt: z.iso.datetime().optional(),
  keyEnvironment: environmentSchema.optional(),
  endpointEnvironment: environmentSchema.optional(),
  overlapUntil: z.iso.datetime().optional(),
});

export const PROBLEM_ANSWERS: readonly Component[] = [
  object("FieldError", fieldErrorSchema, "One wrong field.", {
    path: {
      description: "Where it is, from the outside in; empty where the whole is wrong.",
      examples: ["customer.email", "events.3.type"],
    },
    message: { description: "What is wrong with it, for people.", examples: ["Is required"] },
    code: {
      description: "Stable word for what is wrong with it, such as `unknown_field`.",
      examples: ["invalid_type"],
    },
  }),
  object(
    "Problem",
    problemSchema,
    "Why a call was refused, or has failed: a problem document (RFC 9457). Members may be added to it.",
    {
      type: { description: "Address of a page that describes the problem and its cure.", maxLength: 2_000 },
      title: {
        description: "Short, and the same for every occurrence.",
        maxLength: 100,
        examples: ["Validation failed"],
      },
      status: "The status of the answer.",
      detail: {
        description: "What is wrong with this call, for people.",
        maxLength: 1_000,
        examples: ["email: Is required"],
      },
      instance: {
        description: "Path of the call. Its query is left out.",
        format: "uri-reference",
        maxLength: MAX_HEADER_BYTES,
        examples: ["/api/v1/production/customers"],
      },
      code: "What went wrong.",
      requestId: "Id of the call, as in the header X-Request-Id: what the operator finds it by.",
      errors: "With `validation_failed`: each wrong field, up to the first 50.",
      missingPermissions: {
        description: "With `permission_denied`: what the key would need.",
        maxItems: 100,
        items: { type: "string", maxLength: 100 },
        examples: [["customers:write"]],
      },
      violatedPolicies: {
        description:
          "With `rate_limited`: the windows that are used up. Absent where too many calls run at the same time.",
        maxItems: 10,
        items: { type: "string", maxLength: 100 },
        examples: [["minute"]],
      },
      retryAfter: {
        description: "Seconds to wait, as in the header Retry-After.",
        examples: [12],
      },
      expiredAt: "With `key_expired`: when the key expired.",
      keyEnvironment: "With `environment_mismatch`: the environment that the key belongs to.",
      endpointEnvironment: "With `environment_mismatch`: the environment of the endpoint that was called.",
      overlapUntil:
        "With `invalid_state` of a key that is regenerated during an overlap: until when the secret before works, to be named as `endsOverlap`.",
    },
  ),
];
