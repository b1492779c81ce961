/** The host of an issuer, for people to recognise a provider by; the whole where it is no address. */
export function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host : issuer;
}
