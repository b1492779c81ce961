import { createHash } from "node:crypto";

/** Choices that look random and are the same for the same seed. For stories, never for secrets. */
export interface Random {
  /** A number from 0 up to, but not, 1. */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  /** True with this probability. */
  chance(probability: number): boolean;
}

/**
 * The choices of one part of the story. Each part has its own, so that a new part, or a longer one, does not change the
 * others.
 */
export function randomOf(seed: string, part: string): Random {
  let state = createHash("sha256").update(`${seed}/${part}`).digest().readUInt32LE();
  // Mulberry32: 32 bits of state are plenty for a story.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    int,
    // Never beyond the end, so the fallback is never taken; the type cannot know.
    pick: (items) => items[int(0, items.length - 1)] ?? items[0],
    chance: (probability) => next() < probability,
  };
}
