import { z } from "zod";
import { boundedArray } from "./arrays";
import type { Id } from "./ids";
import { emailSchema, folded, text } from "./text";

export const MAX_TAGS = 10;
const MAX_TAG_LENGTH = 30;

/**
 * A word that keys are found by. In one form, so that "Web Shop" and "web-shop" are not two: small letters, and a hyphen
 * where there was space.
 */
export const tagSchema = text(1, MAX_TAG_LENGTH)
  .transform((tag) => folded(tag).normalize("NFC").replace(/\s+/g, "-"))
  .refine(
    (tag) => /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._:/-]*$/u.test(tag),
    "A tag begins with a letter or a digit, and has letters, digits and . _ : / - only",
  );

/** The tags of a key, each once, by their characters' numbers, whatever order they came in. */
export const tagsSchema = boundedArray(tagSchema, {
  max: MAX_TAGS,
  words: { long: `Must have at most ${MAX_TAGS} tags` },
}).transform((tags) => [...new Set(tags)].sort());

/** Who answers for a key: the address of a person of the team, or of a contact outside of it. Null: nobody. */
export const ownerSchema = emailSchema.nullable();

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

/** An address, or one of {@link OWNER_STATES}. */
export const ownerFilterSchema = z.union(
  [z.enum(Object.keys(OWNER_STATES) as [OwnerState, ...OwnerState[]]), emailSchema],
  "Must be an e-mail address, none or left",
);

/** What owners and tags there are to choose from. */
export interface KeyLabels {
  /** Those of the team who can sign in, by their addresses. */
  people: { id: Id<"adm">; email: string; name: string }[];
  /** Addresses outside of the team that answer for keys, the first hundred. */
  contacts: string[];
  /** In use, the first two hundred, as far as a thousand different sets of tags have them. */
  tags: string[];
}
