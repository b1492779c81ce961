/** Whether a caller has this very version already, by its If-None-Match (RFC 9110, section 13.1.2). @param tag a weak one */
export function isKnownTag(ifNoneMatch: string | null | undefined, tag: string): boolean {
  const known = (ifNoneMatch ?? "").split(",").map((one) => one.trim());
  return known.some((one) => one === "*" || one.replace(/^W\//, "") === tag.slice(2));
}
