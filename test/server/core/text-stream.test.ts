import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { textStream } from "@/server/core/text-stream";

const pages = ["one ", "zwölf ", "three"];
const page = (index: number) => ({
  text: pages[index] ?? "",
  next: index + 1 < pages.length ? index + 1 : null,
});

describe("A text as a stream", () => {
  test("is all of its parts in order", async () => {
    const stream = textStream({ first: page(0), read: async (after) => page(after) });
    expect(await new Response(stream).text()).toBe("one zwölf three");
  });

  test("reads no part before its reader wants it", async () => {
    const asked: number[] = [];
    const read = async (after: number) => {
      asked.push(after);
      return page(after);
    };
    const reader = textStream({ first: page(0), read }).getReader();
    await reader.read();
    // Time enough to read ahead.
    await setImmediate();
    expect(asked).toEqual([]);
    await reader.read();
    expect(asked).toEqual([1]);
    await reader.cancel();
    expect(asked).toEqual([1]);
  });

  test("breaks where a part cannot be had, instead of ending as if it were whole", async () => {
    const read = async () => {
      throw new Error("Postgres is away");
    };
    const stream = textStream({ first: page(0), read });
    await expect(new Response(stream).text()).rejects.toThrow("Postgres is away");
  });
});
