import type { components } from "./openapi.js";

/** The problem document of a refusal (RFC 9457), with the members of its code. */
export type Problem = components["schemas"]["Problem"];

/**
 * Why a call failed: a code of the API's; `unexpected_answer` for an answer that is none of Keyward's, such as the page of a proxy
 * whose server is down; `unreachable` where no whole answer came.
 */
export type ErrorCode = Problem["code"] | "unexpected_answer" | "unreachable";

/** A call that was refused or failed, and was not repeated or not often enough. */
export class KeywardError extends Error {
  override readonly name = "KeywardError";

  /**
   * @param code by which to decide; the message is for people and may change
   * @param status of HTTP; 0: unreachable
   * @param problem the whole document; null for an unexpected answer, and where none came
   * @param requestId by which administrators find the call in Logs; null where the answer has none
   * @param options `cause`: what fetch threw
   */
  constructor(
    readonly code: ErrorCode,
    readonly status: number,
    readonly problem: Problem | null,
    readonly requestId: string | null,
    message: string,
    options?: { cause: unknown },
  ) {
    super(message, options);
  }

  /** The wrong fields of a `validation_failed`; otherwise empty. */
  get errors(): NonNullable<Problem["errors"]> {
    return this.problem?.errors ?? [];
  }
}

/** What an answer to a request says that is no success. */
export async function errorOf(request: Request, response: Response): Promise<KeywardError> {
  const requestId = response.headers.get("x-request-id");
  const problem = await problemOf(response);
  if (problem) {
    const message = `${problem.title}: ${problem.detail} (${problem.code}, ${requestId})`;
    return new KeywardError(problem.code, response.status, problem, requestId, message);
  }
  return unexpected(response, `${request.url} answered with ${response.status} and no problem document.`);
}

/** An answer that is none of Keyward's. */
export function unexpected({ status, headers }: Response, message: string): KeywardError {
  return new KeywardError("unexpected_answer", status, null, headers.get("x-request-id"), message);
}

/** Reads the answer, or a copy of it where it is to be read again. */
export async function problemOf(response: Response): Promise<Problem | null> {
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) return null;
  try {
    return (await response.json()) as Problem;
  } catch (error) {
    // A proxy may cut it off, or write its own under this type.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
