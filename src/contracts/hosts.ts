/** Whether a host of a URL is this machine itself (RFC 6761, section 6.3; RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3). */
export function isLoopbackHost(host: string): boolean {
  // `127.example.com` is a name that anybody can own.
  return host === "localhost" || /^\[?::1\]?$/.test(host) || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The host of an issuer, for people to recognise a provider by; the whole where it is no address. */
export function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host : issuer;
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;

/** A single IPv4 or IPv6 address, without brackets. The URL parser reads what is inside of them as RFC 4291, section 2.2. */
export function isIpAddress(value: string): boolean {
  return IPV4.test(value) || (/^[0-9a-fA-F:.]+$/.test(value) && URL.canParse(`http://[${value}]`));
}
