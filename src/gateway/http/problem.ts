import { PROBLEMS, problemPath } from "@/contracts/problems";
import { type AppError, isAppError } from "@/server/core/errors";
import { redactKeys } from "@/server/core/key-format";

/** An error as the wire contract shows it (RFC 9457). */
export interface Problem {
  status: number;
  headers: Record<string, string>;
  body: string;
}

interface Occurrence {
  baseUrl: string;
  requestId: string;
  /** Path of the request, for `instance`. The query stays out: it may hold what should not be repeated. */
  path: string;
}

/** The problem document and the headers that a refusal carries. */
export function problemOf(error: AppError, { baseUrl, requestId, path }: Occurrence): Problem {
  const { status, title } = PROBLEMS[error.code];
  const { allow, acceptEncoding, ...extensions } = error.extensions;
  const document = {
    type: baseUrl + problemPath(error.code),
    title,
    status,
    detail: error.detail,
    // A key pasted into the path must not come back in the answer, which clients log.
    instance: uriReference(redactKeys(path)),
    code: error.code,
    requestId,
    ...extensions,
  };
  return {
    status,
    headers: {
      "Content-Type": "application/problem+json",
      ...challenge(error),
      ...retry(error),
      ...named("Allow", allow),
      ...named("Accept-Encoding", acceptEncoding),
    },
    body: JSON.stringify(document),
  };
}

/**
 * A path as `instance` may be (RFC 9457, section 3.1.5; RFC 3986, section 2.1): with `%` that encodes nothing encoded itself, and `…`,
 * which stands for the rest of a key.
 */
const uriReference = (path: string): string => path.replace(/…|%(?![\da-f]{2})/gi, encodeURIComponent);

/** WWW-Authenticate: every 401 has one (RFC 9110, section 15.5.2), in the form of RFC 6750, section 3. */
function challenge(error: AppError): Record<string, string> {
  if (error.code === "permission_denied") {
    const scope = (error.extensions.missingPermissions as string[] | undefined)?.join(" ") ?? "";
    return { "WWW-Authenticate": `Bearer error="insufficient_scope", scope="${scope}"` };
  }
  if (error.status !== 401) return {};
  const realm = 'Bearer realm="keyward"';
  if (error.code === "key_missing") return { "WWW-Authenticate": realm };
  // RFC 6750 allows printable ASCII without quote and backslash.
  const description = error.detail.replace(/[^\x20-\x7e]|["\\]/g, "");
  return { "WWW-Authenticate": `${realm}, error="invalid_token", error_description="${description}"` };
}

/**
 * Why the gate refuses, for reverse proxies that can hand on headers of an answer and not its body. The words are as they stand
 * between the quotes of a JSON string (RFC 8259, section 7) and in ASCII: a proxy puts them there as they are, and a quote or
 * the end of a line within would let whoever has a word in them say what they like in the proxy's answer.
 */
export function reasonHeaders({ code, detail }: AppError): Record<string, string> {
  const words = JSON.stringify(detail)
    .slice(1, -1)
    .replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return { "X-Keyward-Code": code, "X-Keyward-Detail": words };
}

/** Retry-After in whole seconds (RFC 9110, section 10.2.3). */
function retry(error: AppError): Record<string, string> {
  const { retryAfter } = error.extensions;
  return typeof retryAfter === "number" ? { "Retry-After": String(retryAfter) } : {};
}

/** A header that a refusal gives as an extension, where it does. */
function named(name: string, value: unknown): Record<string, string> {
  return typeof value === "string" ? { [name]: value } : {};
}

/** Whether it is a refusal that we meant; anything else is a fault of ours and becomes `internal`. */
export function isRefusal(error: unknown): error is AppError {
  return isAppError(error) && error.code !== "internal";
}
