import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { partsFrom, textStream } from "@/server/core/download";

const pages = ["one ", "zwölf ", "three"];
const page = (index: number) => ({
  text: pages[index] ?? "",
  next: index + 1 < pages.length ? index + 1 : null,
});
/** The context of the reader, by a number: how often it was made. */
function contexts() {
  let made = 0;
  return { again: async () => ++made, made: () => made };
}

describe("A download as a stream", () => {
  test("is all of its parts in order, each but the first read with a context of its own", async () => {
    const seen: number[] = [];
    const { again, made } = contexts();
    const parts = partsFrom(page(0), async (ctx: number, after: number) => {
      seen.push(ctx);
      return page(after);
    });
    expect(await new Response(textStream(parts(again))).text()).toBe("one zwölf three");
    expect(seen).toEqual([1, 2]);
    expect(made()).toBe(2);
  });

  test("takes parts that are UTF-8 already as they are", async () => {
    const bytes = new TextEncoder().encode("zwölf ");
    const parts = partsFrom({ text: bytes, next: 1 }, async () => ({ text: "three", next: null }));
    expect(await new Response(textStream(parts(contexts().again))).text()).toBe("zwölf three");
  });

  test("reads no part before its reader wants it, and none after they left", async () => {
    const asked: number[] = [];
    const read = async (_ctx: number, after: number) => {
      asked.push(after);
      return page(after);
    };
    const reader = textStream(partsFrom(page(0), read)(contexts().again)).getReader();
    await reader.read();
    // Time enough to read ahead.
    await setImmediate();
    expect(asked).toEqual([]);
    await reader.read();
    expect(asked).toEqual([1]);
    await reader.cancel();
    expect(asked).toEqual([1]);
  });

  test("lets go of what its parts hold once its reader has left", async () => {
    let left = false;
    async function* endless(): AsyncGenerator<string, void> {
      try {
        for (;;) yield "more";
      } finally {
        left = true;
      }
    }
    const reader = textStream(endless()).getReader();
    await reader.read();
    await reader.cancel();
    expect(left).toBe(true);
  });

  test("breaks where a part cannot be had, instead of ending as if it were whole", async () => {
    const read = async () => {
      throw new Error("Postgres is away");
    };
    const stream = textStream(partsFrom(page(0), read)(contexts().again));
    await expect(new Response(stream).text()).rejects.toThrow("Postgres is away");
  });

  test("breaks where its reader may not go on, before the part is read", async () => {
    let reads = 0;
    const read = async () => {
      reads++;
      return page(1);
    };
    const stream = textStream(
      partsFrom(page(0), read)(() => Promise.reject(new Error("Signed out meanwhile"))),
    );
    await expect(new Response(stream).text()).rejects.toThrow("Signed out meanwhile");
    expect(reads).toBe(0);
  });
});
