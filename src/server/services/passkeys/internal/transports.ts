import type { AuthenticatorTransport } from "@simplewebauthn/server";

/** A passkey as options name it. Browsers leave out of the transports what they do not know (section 5.8.3). */
export function withTransports({ id, transports }: { id: string; transports: string[] }) {
  return { id, transports: transports as AuthenticatorTransport[] };
}
