import { MINUTE_MS } from "./durations";

/**
 * For how long a sign-in, or having confirmed that it is oneself, lets a session do what takes a fresh factor: what a
 * cookie that was stolen, or a console that was left open, must not be enough for.
 */
export const FRESH_FACTOR_MS = 10 * MINUTE_MS;

/** By what somebody can confirm that it is them; each is enough. */
export type ConfirmationWay = "passkey" | "password" | "code";
