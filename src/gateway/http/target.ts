/** What most calls have: no dot segment, nothing doubled, nothing encoded, nothing that a path cannot hold. */
const PLAIN = /^(?:\/(?!\.{1,2}(?:\/|\?|$))[\w.~!$&'()*+,;=:@-]+)*\/?(?:\?[\x21\x22\x24-\x7e]*)?$/;

/** Scheme and host of a target in absolute form, which every server has to take (RFC 9112, section 3.2.2). */
const ORIGIN = /^https?:\/\/[^/?#]*/i;

const ENCODED = /%[0-9A-Fa-f]{2}/g;
const UNRESERVED = /[\w.~-]/;

/**
 * A request target in its one spelling: origin form, dot segments resolved, slashes single, what needs no encoding decoded
 * (RFC 3986, section 6.2.2). Which plane serves a call is decided on it: `/x/../api/v1/key` and `/%61pi/v1/key` went to the
 * public API by way of Next, which does not see the caller's address, and so around address lists and counters of failures.
 * A slash at the end stays, and makes another path.
 * @returns null for a target that names no path, such as `*`
 */
export function canonicalTarget(target: string): string | null {
  if (PLAIN.test(target) && target.startsWith("/")) return target;
  const inOriginForm = target.replace(ORIGIN, "");
  const withPath = inOriginForm === "" || inOriginForm.startsWith("?") ? `/${inOriginForm}` : inOriginForm;
  if (!withPath.startsWith("/")) return null;
  const query = withPath.indexOf("?");
  const [path, search] = query < 0 ? [withPath, ""] : [withPath.slice(0, query), withPath.slice(query)];
  // Resolves dot segments, turns backslashes, encodes what must be (WHATWG URL, section 4.4).
  const url = new URL(
    `http://host.invalid${path.replaceAll("#", "%23").replace(ENCODED, plainIfUnreserved)}`,
  );
  return readable(url.pathname.replace(/\/{2,}/g, "/")) + search.replaceAll("#", "%23");
}

function plainIfUnreserved(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return UNRESERVED.test(character) ? character : encoded;
}

/** Segments that encode no text, such as `%ff`, taken for what they literally are: Next answers them with a fault of its own. */
function readable(path: string): string {
  if (!path.includes("%")) return path;
  return path
    .split("/")
    .map((segment) => (isText(segment) ? segment : segment.replaceAll("%", "%25")))
    .join("/");
}

function isText(segment: string): boolean {
  try {
    decodeURIComponent(segment);
    return true;
  } catch {
    return false;
  }
}
