/**
 * For whom passkeys of this installation are made, by its public URL. The browser hands the two to the authenticator from
 * the address bar, so a page that imitates the console under another name gets nothing that could be used here.
 */
export interface RelyingParty {
  /** The host (Web Authentication Level 3, section 4, "RP ID"). */
  id: string;
  name: string;
  origin: string;
}

/** @param baseUrl of the deployment, as `NEXTAUTH_URL` has it */
export function relyingPartyOf({ baseUrl }: { baseUrl: string }): RelyingParty {
  const { hostname, origin } = new URL(baseUrl);
  return { id: hostname, name: "Keyward", origin };
}
