/** Whether a host of a URL is this machine itself (RFC 6761, section 6.3; RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3). */
export function isLoopbackHost(host: string): boolean {
  // `127.example.com` is a name that anybody can own.
  return host === "localhost" || /^\[?::1\]?$/.test(host) || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The host of an issuer, for people to recognise a provider by; the whole where it is no address. */
export function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host : issuer;
}
