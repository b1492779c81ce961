/** What the runtimes and processes of the tests are given; two on one database must have the same. */
export const PEPPER = "pepper-of-the-tests-0123456789";
export const SESSION_SECRET = "session-secret-of-the-tests-0123456789";
