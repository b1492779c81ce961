import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Id } from "@/contracts/ids";
import { KeyCache, type KeysRead } from "@/gateway/authenticate/key-cache";

/** A key at one of its versions; each change of a key makes the next. */
interface Versioned {
  id: Id<"key">;
  version: number;
}

const IDS: readonly Id<"key">[] = ["key_a", "key_b", "key_c"];
const AT = new Date("2027-01-01T00:00:00.000Z");
const CLOCK = { now: () => AT };

/**
 * What the triggers and the shared read do, with reads that are answered late: what a read shows is settled when it begins,
 * as by its snapshot.
 */
class Model {
  epoch = 0;
  purgedTo = 0;
  changes: Id<"key">[] = [];
  readonly versions = new Map(IDS.map((id) => [id, 1]));

  change(id: Id<"key">): void {
    this.versions.set(id, this.version(id) + 1);
    this.changes.push(id);
  }

  version(id: Id<"key">): number {
    return this.versions.get(id) ?? 0;
  }

  /** As a server that was put back to an earlier state does: it counts on from there. Versions only say what is newer. */
  putBack(number: number): void {
    this.epoch++;
    this.changes.length = Math.min(number, this.changes.length);
    this.purgedTo = Math.min(this.purgedTo, this.changes.length);
    for (const id of IDS) this.versions.set(id, this.version(id) + 1);
  }

  snapshot(
    since: number,
    digests: readonly string[],
    usesOf: readonly Id<"key">[] = [],
  ): KeysRead<Versioned> {
    const noted = this.changes.slice(Math.max(since, this.purgedTo));
    return {
      epoch: String(this.epoch),
      number: this.changes.length,
      purgedTo: this.purgedTo,
      changed: noted.length > 4 ? null : noted,
      keys: new Map(digests.filter(isId).map((id) => [id, this.keyOf(id)])),
      lastUses: new Map(usesOf.map((id) => [id, AT])),
      readAt: AT,
    };
  }

  keyOf(id: Id<"key">): Versioned {
    return { id, version: this.version(id) };
  }
}

const isId = (text: string): text is Id<"key"> => IDS.some((id) => id === text);

/** Digests, without their last use. */
const asked = (...digests: readonly string[]) => new Map(digests.map((digest) => [digest, false]));

type Step = { does: "change" | "ask"; id: Id<"key"> } | { does: "purge" } | { does: "put back"; to: number };

const anId = fc.constantFrom(...IDS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant("ask" as const), id: anId }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant("change" as const), id: anId }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("purge" as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("put back" as const), to: fc.nat(6) }) },
);
const steps = fc.array(step, { minLength: 1, maxLength: 40 });

describe("A cache of keys", () => {
  test("never shows a key as it was before somebody asked, in whatever order reads are answered", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        steps,
        fc.integer({ min: 1, max: 3 }),
        async (scheduler, plan, room) => {
          const model = new Model();
          const cache = new KeyCache<Versioned>(CLOCK, room);
          const read = (since: number, digests: readonly string[]) =>
            scheduler.schedule(Promise.resolve(model.snapshot(since, digests)));
          const answers: Promise<void>[] = [];
          const ask = async (id: Id<"key">) => {
            const least = model.version(id);
            const found = await cache.find(asked(id), read);
            expect(found.get(id)?.key.version).toBeGreaterThanOrEqual(least);
          };
          scheduler.scheduleSequence(
            plan.map((step) => async () => {
              if ("to" in step) model.putBack(step.to);
              else if (!("id" in step)) model.purgedTo = model.changes.length;
              else if (step.does === "change") model.change(step.id);
              else answers.push(ask(step.id));
            }),
          );
          await scheduler.waitIdle();
          await Promise.all(answers);
        },
      ),
      { numRuns: 4_000 },
    );
  });

  test("reads a key once, and again after it has changed; others stay", async () => {
    const model = new Model();
    const cache = new KeyCache<Versioned>(CLOCK);
    const wanted: string[][] = [];
    const find = async (...ids: Id<"key">[]) => {
      const found = await cache.find(asked(...ids), async (since, digests) => {
        wanted.push([...digests]);
        return model.snapshot(since, digests);
      });
      return ids.map((id) => found.get(id)?.key.version);
    };
    await find("key_a", "key_b");
    expect(await find("key_a", "key_b")).toEqual([1, 1]);
    model.change("key_a");
    expect(await find("key_a", "key_b")).toEqual([2, 1]);
    expect(await find("key_a", "key_b")).toEqual([2, 1]);
    expect(wanted).toEqual([["key_a", "key_b"], [], [], ["key_a"], []]);
  });

  test("keeps nothing that was read before a change of which it has been told (a late answer)", async () => {
    const model = new Model();
    const cache = new KeyCache<Versioned>(CLOCK);
    let answerLate = () => {};
    const late = cache.find(asked("key_a"), (since, digests) => {
      const shown = model.snapshot(since, digests);
      return new Promise((resolve) => {
        answerLate = () => resolve(shown);
      });
    });
    model.change("key_a");
    const find = () => cache.find(asked("key_a"), async (since, digests) => model.snapshot(since, digests));
    expect((await find()).get("key_a")?.key.version).toBe(2);
    answerLate();
    expect((await late).get("key_a")?.key.version).toBe(1);
    expect((await find()).get("key_a")?.key.version).toBe(2);
  });

  test("asks for the last use of those alone of which somebody wants it and that need not be read", async () => {
    const model = new Model();
    const cache = new KeyCache<Versioned>(CLOCK);
    const wanted: string[][] = [];
    const find = async (digests: ReadonlyMap<string, boolean>) => {
      const found = await cache.find(digests, async (...asked) => {
        wanted.push([...asked[2]]);
        return model.snapshot(...asked);
      });
      return [...found.values()].map(({ lastUse }) => lastUse);
    };
    const wish = new Map([
      ["key_a", true],
      ["key_b", false],
    ]);
    expect(await find(wish)).toEqual([undefined, undefined]);
    expect(await find(wish)).toEqual([AT, undefined]);
    model.change("key_a");
    expect(await find(new Map([["key_a", true]]))).toEqual([undefined]);
    expect(wanted).toEqual([[], ["key_a"], ["key_a"], []]);
  });

  test("has no place for one that was not found", async () => {
    const model = new Model();
    const cache = new KeyCache<Versioned>(CLOCK);
    const wanted: string[][] = [];
    for (let time = 0; time < 2; time++) {
      const found = await cache.find(asked("unknown"), async (since, digests) => {
        wanted.push([...digests]);
        return model.snapshot(since, digests);
      });
      expect(found.size).toBe(0);
    }
    expect(wanted).toEqual([["unknown"], ["unknown"]]);
  });
});
