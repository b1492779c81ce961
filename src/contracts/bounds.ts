import { MINUTE_MS } from "./durations";

/**
 * How much of what a stranger sends is read: every bound, and the attack that it stops. Nothing behind them parses input
 * without one. Enforced in gateway/http (connections, requests, bodies, turns), server/core (JSON, error lists) and
 * server/trpc (batches), alike where Next serves alone.
 */

const KIB = 1_024;
export const MIB = 1_024 * KIB;

// Bodies. Each is refused by its Content-Length, and counted as it arrives: a chunked body has none, and a caller may lie.

/** Of a call to the public API: a key that is good for a small call must not make the process hold and parse gigabytes. */
export const MAX_API_BODY_BYTES = 1 * MIB;

/** Of a call that starts a job: 10,000 rows of 400 bytes. More memory than for other calls, so for this one alone. */
export const MAX_JOB_BODY_BYTES = 4 * MIB;

/**
 * Of anything sent to the console without a session, such as a sign-in or the set-up: whoever can reach the port could
 * otherwise fill the memory with bodies until the process dies. The largest form has four short fields.
 */
export const MAX_ANONYMOUS_BODY_BYTES = 64 * KIB;

/** Of what a signed-in administrator sends to the console: one stolen session must not stop everybody's process. */
export const MAX_ADMIN_BODY_BYTES = 2 * MIB;

/** Procedures of the console that take more. An import is a file of up to 10 MB, as JSON that names each row's columns. */
export const MAX_PROCEDURE_BODY_BYTES: ReadonlyMap<string, number> = new Map([["jobs.start", 24 * MIB]]);

// What is in a body.

/** Levels of JSON: what is nested ten thousand times overflows the stack of whatever walks it by recursion. */
export const MAX_JSON_DEPTH = 32;

/**
 * Values of JSON in a call of the public API: a megabyte of `-1,` has 340,000, and building them stops everybody's calls
 * for longer than any that are meant. A job may have 10,000 rows of 20 values.
 */
export const MAX_JSON_VALUES = 250_000;

/**
 * The same of what is sent to the console, of which an import names each row's columns: 10,000 rows of 99. The 24 MiB that
 * it may have would hold eight million.
 */
export const MAX_PROCEDURE_JSON_VALUES = 1_000_000;

/** Wrong fields that an answer names: a body of a megabyte can have 340,000, and their list would be 33 MB. */
export const MAX_FIELD_ERRORS = 50;

/** Characters of a field's path, or of what is wrong with it: names of fields are the caller's, and may fill the body. */
export const MAX_FIELD_ERROR_LENGTH = 200;

/** Calls in one batch to the console: 900 in one request took two seconds, and all connections to Postgres. */
export const MAX_BATCH_SIZE = 20;

/** The same without a session: the pages before the sign-in ask for one or two things. */
export const MAX_ANONYMOUS_BATCH_SIZE = 4;

/** Characters of the names of all procedures of a batch, in the path: an error names each of them again. */
export const MAX_PROCEDURE_PATH_LENGTH = 1_000;

// Requests.

/** Of all headers together. Node keeps them in memory before anybody has looked at the request. */
export const MAX_HEADER_BYTES = 16 * KIB;

/** Headers of one request. Each costs more to hold and to walk than its bytes; browser and proxies together send 40. */
export const MAX_HEADERS = 100;

/** For the headers of a request, in milliseconds: a byte now and then keeps a connection for ever (Slowloris). */
export const HEADERS_TIMEOUT_MS = 10_000;

/** For the whole body of a request, in milliseconds: the same with a body, which holds memory besides. */
export const BODY_TIMEOUT_MS = MINUTE_MS;

/**
 * For a reader to take anything more of an answer, in milliseconds: one that asks for a large one and reads nothing keeps a
 * connection, and what is left of the answer in memory, for ever.
 */
export const READER_TIMEOUT_MS = MINUTE_MS;

/** How often Node looks for connections that are over time, in milliseconds. Its own 30 s let headers take 84 s. */
export const TIMEOUT_CHECK_MS = 1_000;

/**
 * How long one request without a session may keep others of that kind from the console, in milliseconds: whoever reads an
 * answer byte by byte, or makes one wait for the database, must not keep everybody from signing in.
 */
export const MAX_STRANGER_TURN_MS = 250;

/**
 * How many times as long as a turn took the console then works for no stranger: page after page without a pause would take
 * the whole thread, and this leaves them a quarter of it.
 */
export const STRANGER_REST = 3;

/** And no longer than this, in milliseconds: a turn that takes long waits for something else than the thread. */
export const MAX_STRANGER_REST_MS = 75;

// After a refusal.

/** How long what a refused caller still sends is read and dropped, in milliseconds, so that the answer arrives. */
export const LINGER_MS = 1_000;

/** How much of it: a caller that does not listen could otherwise keep the processor busy with bytes nobody wants. */
export const LINGER_BYTES = 8 * MIB;
