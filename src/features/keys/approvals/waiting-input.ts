/**
 * What the pages about keys are asked with on the server and in the browser alike. Without it in the server's answer, what waits
 * would come into a page that is already there, and push it down.
 */
export const WAITING_INPUT = { environment: null } as const;
