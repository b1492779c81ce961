import type {
  AuthenticatorTransport,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server";

/** What a browser makes a passkey by. */
export type CreationOptions = Omit<PublicKeyCredentialCreationOptionsJSON, "extensions">;

/** What a browser asks for a passkey by. */
export type RequestOptions = Omit<PublicKeyCredentialRequestOptionsJSON, "extensions">;

/** A passkey as options name it. Browsers leave out of the transports what they do not know (section 5.8.3). */
export function withTransports({ id, transports }: { id: string; transports: string[] }) {
  return { id, transports: transports as AuthenticatorTransport[] };
}

/** Options of the library without extensions: none is asked for, and their type holds what JSON cannot. */
export function withoutExtensions<Options extends { extensions?: unknown }>({
  extensions: _,
  ...options
}: Options): Omit<Options, "extensions"> {
  return options;
}
