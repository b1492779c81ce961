/**
 * Where workers are told that a job or a mail was queued. Names of channels are the whole database's, so it says whose it is.
 */
export const JOBS_CHANNEL = "keyward_jobs";
