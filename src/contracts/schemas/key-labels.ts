import * as z from "zod";
import { MAX_TAG_LENGTH, MAX_TAGS, OWNER_STATES, type OwnerState, TAG, tagOf } from "../key-labels";
import { boundedArray } from "./arrays";
import { emailSchema, text } from "./text";

/**
 * A word that keys are found by. In one form, so that "Web Shop" and "web-shop" are not two: small letters, and a hyphen
 * where there was space.
 */
export const tagSchema = text(1, MAX_TAG_LENGTH)
  .transform(tagOf)
  .refine(
    (tag) => TAG.test(tag),
    "A tag begins with a letter or a digit, and has letters, digits and . _ : / - only",
  );

/** The tags of a key, each once, by their characters' numbers, whatever order they came in. */
export const tagsSchema = boundedArray(tagSchema, {
  max: MAX_TAGS,
  words: { long: `Must have at most ${MAX_TAGS} tags` },
}).transform((tags) => [...new Set(tags)].sort());

/** Who answers for a key: the address of a person of the team, or of a contact outside of it. Null: nobody. */
export const ownerSchema = emailSchema.nullable();

/** An address, or one of {@link OWNER_STATES}. */
export const ownerFilterSchema = z.union(
  [z.enum(Object.keys(OWNER_STATES) as [OwnerState, ...OwnerState[]]), emailSchema],
  "Must be an e-mail address, none or left",
);
