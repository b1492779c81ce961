/**
 * Where workers are told that a job or a mail was queued. Names of channels are the whole database's, so it says whose it is.
 */
export const JOBS_CHANNEL = "keyward_jobs";

/** Where they are told that a webhook waits to be sent; by publish_webhooks of drizzle/isolation.sql too. */
export const WEBHOOKS_CHANNEL = "keyward_webhooks";
