/** A range of media types with the weight that a caller gives it, such as `text/*;q=0.5` (RFC 9110, section 12.5.1). */
const RANGE = /^\s*([\w!#$&^.+*-]+)\/([\w!#$&^.+*-]+)\s*(?:;(.*))?$/;
const WEIGHT = /(?:^|;)\s*q\s*=\s*([\d.]+)\s*(?:;|$)/i;

/**
 * How much a caller wants a media type: the weight of the range that says most of it, 0 where none does, and 1 for all where
 * it has no say.
 * @param accept the header Accept
 */
function weightOf(accept: string | undefined, [type, subtype]: readonly [string, string]): number {
  if (!accept?.trim()) return 1;
  let [weight, said] = [0, -1];
  for (const part of accept.split(",")) {
    const [, ofType = "", ofSubtype = "", parameters = ""] = RANGE.exec(part.toLowerCase()) ?? [];
    const precision =
      ofType === type && ofSubtype === subtype
        ? 2
        : ofType === type && ofSubtype === "*"
          ? 1
          : ofType === "*" && ofSubtype === "*"
            ? 0
            : -1;
    if (precision <= said) continue;
    const given = Number(WEIGHT.exec(parameters)?.[1] ?? 1);
    [weight, said] = [Number.isNaN(given) ? 0 : given, precision];
  }
  return weight;
}

/**
 * Whether NDJSON is wanted more than CSV, which is given where both are wanted alike, and where neither is: a server may
 * leave the header out of account (RFC 9110, section 12.5.1).
 */
export function prefersNdjson(accept: string | undefined): boolean {
  return weightOf(accept, ["application", "x-ndjson"]) > weightOf(accept, ["text", "csv"]);
}
