import type { Profile } from "next-auth";
import type { z } from "zod";
import type { providerPersonSchema } from "@/contracts/schemas/single-sign-on";

/** Whom a provider has signed in, in its own words, which the verb checks. */
export type ProviderClaims = z.input<typeof providerPersonSchema>;

/** The same, as NextAuth hands it on. */
export interface ProviderProfile extends Profile {
  sub: string;
  person: ProviderClaims;
}

/** NextAuth lowers addresses and adds a picture; nothing of that is used. */
export function profileOf(person: ProviderClaims): ProviderProfile {
  return { sub: person.subject, person };
}
