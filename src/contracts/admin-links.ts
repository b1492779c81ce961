import { HOUR_MS, MINUTE_MS } from "./durations";

/** What a single-use link does for somebody of the team, and for how long it can be used. */
export const LINK_LIVES_MS = {
  /** Signs an owner in, where nothing else does any more. Made on the server, by whoever may run commands there. */
  sign_in: 15 * MINUTE_MS,
  reset_password: 30 * MINUTE_MS,
  change_email: HOUR_MS,
} as const;

export type LinkPurpose = keyof typeof LINK_LIVES_MS;
