import * as z from "zod";
import { ENVIRONMENTS } from "@/contracts/environments";
import { ID_PREFIXES, type IdPrefix } from "@/contracts/ids";
import { JOB_TYPE_NAMES } from "@/contracts/job-types";
import { JOB_STATUSES } from "@/contracts/jobs";
import { KEY_STATUSES } from "@/contracts/keys";
import { VALIDATION_CODES } from "@/contracts/license-use";
import { LICENSE_STATUSES } from "@/contracts/licenses";
import { PROBLEM_CODES, type ProblemCode } from "@/contracts/problems";
import { idSchema } from "@/contracts/schemas/ids";
import { permissionNameSchema } from "@/contracts/schemas/permissions";
import { TELEMETRY_FLAG_NAMES } from "@/contracts/telemetry";
import { WEBHOOK_DELIVERY_STATE_NAMES, WEBHOOK_EVENT_TYPES, WEBHOOK_EVENTS } from "@/contracts/webhooks";
import type { Component } from "../component";

/** Refusals of the console, which the public API never answers. */
const CONSOLE_CODES: ReadonlySet<ProblemCode> = new Set([
  "cross_origin",
  "confirmation_required",
  "second_factor_required",
]);

/** Refusals that the public API may answer. */
export const PUBLIC_CODES = PROBLEM_CODES.filter((code) => !CONSOLE_CODES.has(code));

const ID_LENGTH = 30;

function id(name: string, prefix: IdPrefix, example: string): Component {
  return {
    name,
    schema: idSchema(prefix),
    description: `Id of a ${ID_PREFIXES[prefix]}: TypeID, \`${prefix}_\` and 26 characters. Ids of one kind sort by the time they were made.`,
    keywords: { minLength: ID_LENGTH, maxLength: ID_LENGTH, examples: [example] },
  };
}

/**
 * Values with a name: wherever the schema of a property says exactly the same as one of these, the description refers to it.
 */
export const VALUES: readonly Component[] = [
  id("KeyId", "key", "key_01jdcyzx3m5n7p9q1r3s5t7v9w"),
  id("CustomerId", "cus", "cus_01jdcz0v8mfz6t9w3x5y7a1b2c"),
  id("LicenseId", "lic", "lic_01jdcz1f4kq8r2s5v7w9x3y6z0"),
  id("ActivationId", "act", "act_01jdcz2g7hn4p6q8r0s3t5v7w9"),
  id("TelemetryEventId", "evt", "evt_01jdcz3a5b7c9d1e3f5g7h9j1k"),
  id("JobId", "job", "job_01jdcz4b6c8d0e2f4g6h8j0k2m"),
  id("WebhookEndpointId", "whe", "whe_01jdcz6d8e0g2h4j6k8m0n2p4q"),
  id("WebhookMessageId", "msg", "msg_01jdcz7e9f1h3j5k7m9n1p3q5r"),
  id("RequestId", "req", "req_01jdcz5c7d9e1f3g5h7j9k1m3n"),
  {
    name: "Environment",
    schema: z.enum(ENVIRONMENTS),
    description: "An environment. Keys and all records belong to exactly one, for life.",
  },
  {
    name: "PermissionName",
    schema: permissionNameSchema,
    description: "A permission by its name, whether there is one of that name or not.",
    keywords: { maxLength: 63, examples: ["orders:read"] },
  },
  {
    name: "KeyStatus",
    schema: z.enum(KEY_STATUSES),
    description: "Status of a key: `active`; `inactive`, which is revoked; or `expired`.",
  },
  {
    name: "LicenseStatus",
    schema: z.enum(LICENSE_STATUSES),
    description:
      "Status of a licence. Of several that hold the first counts: `revoked`, which is final; `suspended`; `expired`, by its `expiresAt`; `available`, which has no customer; else `active`.",
  },
  {
    name: "ValidationCode",
    schema: z.enum(VALIDATION_CODES),
    description:
      "What a validation has found: `valid`, or the first thing against the licence in this order.",
  },
  {
    name: "TelemetryFlag",
    schema: z.enum(TELEMETRY_FLAG_NAMES),
    description:
      "Something odd about an event, as it was on arrival: its licence is unknown in this environment, revoked, suspended or expired, or not active on the device of this identifier; or characters were replaced that cannot be stored.",
  },
  { name: "JobType", schema: z.enum(JOB_TYPE_NAMES), description: "Kind of work that a job does." },
  {
    name: "JobStatus",
    schema: z.enum(JOB_STATUSES),
    description:
      "A job is `queued`, then `running`, and ends as `succeeded`, `failed` or `cancelled`. One that failed is queued again where an administrator retries it.",
  },
  {
    name: "WebhookEventType",
    schema: z.enum(WEBHOOK_EVENT_TYPES),
    description: `An event that an endpoint can be sent. ${WEBHOOK_EVENT_TYPES.map((type) => `\`${type}\`: ${WEBHOOK_EVENTS[type]}`).join(" ")}`,
  },
  {
    name: "WebhookDeliveryState",
    schema: z.enum(WEBHOOK_DELIVERY_STATE_NAMES),
    description:
      "A delivery is `waiting` until it was taken, which makes it `delivered`, or given up, which makes it `failed`.",
  },
  {
    name: "ProblemCode",
    schema: z.enum(PUBLIC_CODES),
    description:
      "Stable word for what went wrong, to be compared by programs. Codes may be added: treat one that you do not know by the status.",
  },
];
