import type { Id } from "./ids";

export const MAX_TAGS = 10;

/** Who answers for a key, as it is shown. */
export interface KeyOwner {
  /** Null: a contact outside of the team. */
  id: Id<"adm"> | null;
  email: string;
  /** Empty of a contact, and of a person who gave none. */
  name: string;
  /** A person of the team once, who was removed or is deactivated: somebody else should answer for the key. */
  hasLeft: boolean;
}

/** What keys can be filtered by that is nobody's address. */
export const OWNER_STATES = {
  none: { label: "No owner" },
  left: { label: "Owner has left" },
} as const;

export type OwnerState = keyof typeof OWNER_STATES;

export function isOwnerState(owner: string): owner is OwnerState {
  return Object.hasOwn(OWNER_STATES, owner);
}

/** What owners and tags there are to choose from. */
export interface KeyLabels {
  /** Those of the team who can sign in, by their addresses. */
  people: { id: Id<"adm">; email: string; name: string }[];
  /** Addresses outside of the team that answer for keys, the first hundred. */
  contacts: string[];
  /** In use, the first two hundred, as far as a thousand different sets of tags have them. */
  tags: string[];
}
