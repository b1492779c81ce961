import { LRUCache } from "lru-cache";
import { MINUTE_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import type { Clock } from "@/server/core/clock";

/** Two kilobytes each, so 40 MB at most. */
const MAX_KEYS = 20_000;

/**
 * After so long a key is read anew, whatever was noted. No decision rests on this: it bounds how old the last use is that
 * was read with a key, and what is missed where somebody changes keys with the triggers switched off by hand.
 */
const MAX_AGE_MS = MINUTE_MS;

/** What is to be known of a key, beside what it is cached for. */
interface Cacheable {
  id: Id<"key">;
}

/** What one read of Postgres has shown, all of one snapshot (server/database/schema/key-changes.ts). */
export interface KeysRead<Key> {
  /** Of another epoch are the numbers of another counter, and those of a server that was put back to an earlier state. */
  epoch: string;
  /** Of the latest change. */
  number: number;
  /** Notes up to this number are gone. */
  purgedTo: number;
  /** Keys that were changed after the number that was asked for; null: too many to be told. */
  changed: readonly Id<"key">[] | null;
  /** By the digests that were asked for, without those of which there is none. */
  keys: ReadonlyMap<string, Key>;
  /** When those keys were last used whose use was asked for; without those that never were. */
  lastUses: ReadonlyMap<Id<"key">, Date>;
  /** Postgres' time. */
  readAt: Date;
}

/**
 * Reads what has changed after a number, the keys of digests, and when keys were last used that need not be read. It starts
 * when it is called.
 */
export type ReadKeys<Key> = (
  since: number,
  digests: readonly string[],
  usesOf: readonly Id<"key">[],
) => Promise<KeysRead<Key>>;

/** A key, and when the read was made that showed it, or showed that it is still the same. */
export interface Found<Key> {
  key: Key;
  /** Of this look-up; what the key itself may say of it is of the read that it was cached by. */
  readAt: Date;
  /** Absent where it was not asked for, was never, or was read with the key. */
  lastUse?: Date | undefined;
}

/**
 * Verified keys by the digest of a secret, hex, as they all were after one change, whose number is kept. No entry is used but
 * after a read that has begun since somebody asked for it: that one tells what has changed after the number. So a revoke
 * holds for the next call, on every node, as it does without a cache.
 */
export class KeyCache<Key extends Cacheable> {
  #epoch = "";
  #number = 0;
  readonly #keys: LRUCache<string, Key>;
  /** A key has two secrets while they overlap. */
  readonly #digests = new Map<Id<"key">, Set<string>>();

  constructor(clock: Clock, maxKeys = MAX_KEYS) {
    this.#keys = new LRUCache({
      max: maxKeys,
      ttl: MAX_AGE_MS,
      ttlResolution: 0,
      perf: { now: () => clock.now().getTime() },
      dispose: ({ id }, digest) => this.#forgetDigest(id, digest),
    });
  }

  /**
   * Finds the keys of digests as they are when it is called, or later: by one read, or two where one of them changes meanwhile.
   * @param digests each with whether the last use of its key is asked for
   * @returns by digest; without those of which there is none
   * @throws what `read` throws
   */
  async find(digests: ReadonlyMap<string, boolean>, read: ReadKeys<Key>): Promise<Map<string, Found<Key>>> {
    const since = this.#number;
    const cached: string[] = [];
    const uncached: string[] = [];
    const usesOf: Id<"key">[] = [];
    for (const [digest, lastUse] of digests) {
      const known = this.#keys.get(digest);
      if (known && lastUse) usesOf.push(known.id);
      (known ? cached : uncached).push(digest);
    }
    const shown = await read(since, uncached, usesOf);
    this.#apply(shown, since);
    this.#fill(shown);
    const { keys, readAt, lastUses } = shown;
    const found = new Map<string, Found<Key>>();
    for (const [digest, key] of keys) found.set(digest, { key, readAt });
    // What has changed, or had to give way meanwhile, has to be read in full.
    const lost = new Map<string, boolean>();
    for (const digest of cached) {
      const key = this.#keys.get(digest);
      if (key) found.set(digest, { key, readAt, lastUse: lastUses.get(key.id) });
      else lost.set(digest, digests.get(digest) === true);
    }
    if (lost.size === 0) return found;
    return new Map([...found, ...(await this.find(lost, read))]);
  }

  /**
   * Takes out what a read tells of. Reads may be answered in another order than they were begun.
   * @param since the number that was asked for
   */
  #apply({ epoch, number, purgedTo, changed }: KeysRead<Key>, since: number): void {
    // Where it does not go on from where the cache is now, it cannot tell all, and the cache begins anew.
    const isContinued = epoch === this.#epoch && since <= this.#number && since <= number;
    if (!isContinued) {
      this.#epoch = epoch;
      this.#number = number;
      this.#keys.clear();
      return;
    }
    this.#number = Math.max(this.#number, number);
    if (changed === null || since < purgedTo) this.#keys.clear();
    else for (const id of changed) this.#forgetKey(id);
  }

  /**
   * Takes in what a read found, unless a later one was applied before it: of what that one told, these keys may know nothing,
   * and it would never be told again.
   */
  #fill({ number, keys }: KeysRead<Key>): void {
    if (number !== this.#number) return;
    for (const [digest, key] of keys) {
      this.#keys.set(digest, key);
      const digests = this.#digests.get(key.id);
      if (digests) digests.add(digest);
      else this.#digests.set(key.id, new Set([digest]));
    }
  }

  #forgetKey(id: Id<"key">): void {
    for (const digest of [...(this.#digests.get(id) ?? [])]) this.#keys.delete(digest);
  }

  #forgetDigest(id: Id<"key">, digest: string): void {
    const digests = this.#digests.get(id);
    digests?.delete(digest);
    if (digests?.size === 0) this.#digests.delete(id);
  }
}
