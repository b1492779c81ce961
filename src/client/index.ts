// The files of this room are imported as `.js`, since its declarations are read by Node's rules in other people's programs.
import type { components } from "./openapi.js";

export { type Client, type ClientOptions, createClient } from "./client.js";
export type { DeprecationNotice } from "./deprecation.js";
export { type Job, JobError, type JobProgress } from "./jobs.js";
export { type ErrorCode, KeywardError, type Problem } from "./problem.js";
export { verifyWebhook, type WebhookEvent, WebhookVerificationError } from "./webhook.js";

/** Every schema of the description by its name: `Schemas["License"]`. */
export type Schemas = components["schemas"];
