/**
 * Where workers are told that a job or a mail was queued. Names of channels are the whole database's, so it says whose it is.
 */
export const JOBS_CHANNEL = "keyward_jobs";

/** Where they are told that somebody sends a webhook by hand. Those of changes they find by looking, as publish_webhooks says. */
export const WEBHOOKS_CHANNEL = "keyward_webhooks";
