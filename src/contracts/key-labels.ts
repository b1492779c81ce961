import type { Id } from "./ids";
import { folded, readEmail, readText } from "./text";

export const MAX_TAGS = 10;
export const MAX_TAG_LENGTH = 30;

/** A tag begins with a letter or a digit. */
export const TAG = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._:/-]*$/u;

/** A tag in the form in which it is kept. */
export function tagOf(typed: string): string {
  return folded(typed).normalize("NFC").replace(/\s+/g, "-");
}

/** What `tagSchema` makes of a text; null where it refuses. */
export function readTag(value: string): string | null {
  const typed = readText(value, 1, MAX_TAG_LENGTH);
  const tag = typed === null ? "" : tagOf(typed);
  return TAG.test(tag) ? tag : null;
}

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

/** What `ownerFilterSchema` makes of a text: one of {@link OWNER_STATES}, or an address; null where it refuses. */
export function readOwner(value: string): string | null {
  return isOwnerState(value) ? value : readEmail(value);
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
