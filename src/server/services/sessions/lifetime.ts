import { DAY_MS, HOUR_MS } from "@/contracts/durations";

/** A session ends so long after its sign-in, however busy it is: a stolen cookie is not good for ever (OWASP ASVS 5.0, 7.3.2). */
export const SESSION_LIFE_MS = 7 * DAY_MS;

/** And so long after its last request: a computer left behind, or a cookie in a backup of a browser's profile. */
export const SESSION_IDLE_MS = 12 * HOUR_MS;
