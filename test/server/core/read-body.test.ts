import { describe, expect, test } from "vitest";
import { MAX_ANONYMOUS_BODY_BYTES, MIB } from "@/contracts/bounds";
import { boundedRequest, readBody } from "@/server/core/read-body";

/** Pieces as a connection gives them; counts how many were taken. */
function pieces(...sizes: number[]) {
  const taken = { count: 0 };
  async function* chunks() {
    for (const size of sizes) {
      taken.count++;
      yield new Uint8Array(size).fill(97);
    }
  }
  return { chunks: chunks(), taken };
}

const refused = (code: string) => expect.objectContaining({ code });

describe("A body", () => {
  test("is read whole up to its bound, in pieces of whatever size", async () => {
    for (const sizes of [[100], Array.from({ length: 100 }, () => 1), [0, 99, 1, 0], []]) {
      const { chunks } = pieces(...sizes);
      const body = await readBody(chunks, { declared: null, max: 100 });
      expect(body.toString()).toBe("a".repeat(sizes.reduce((sum, size) => sum + size, 0)));
    }
  });

  test("beyond its bound is refused at the first piece too many, whatever Content-Length claims", async () => {
    for (const declared of [null, "0", "100"]) {
      const { chunks, taken } = pieces(60, 41, 50, 50);
      await expect(readBody(chunks, { declared, max: 100 })).rejects.toEqual(refused("payload_too_large"));
      expect(taken.count).toBe(2);
    }
  });

  test("that is too large is read on and dropped before it is refused, where nobody else sees to the rest", async () => {
    const { chunks, taken } = pieces(60, 41, 50, 50);
    const reading = { declared: null, max: 100, linger: true };
    await expect(readBody(chunks, reading)).rejects.toEqual(refused("payload_too_large"));
    expect(taken.count).toBe(4);
    const endless = pieces(...Array.from({ length: 40 }, () => MIB));
    await expect(readBody(endless.chunks, reading)).rejects.toEqual(refused("payload_too_large"));
    expect(endless.taken.count).toBeLessThan(12);
  });

  test("that announces too much is refused before any of it is read", async () => {
    const { chunks, taken } = pieces(1);
    await expect(readBody(chunks, { declared: "101", max: 100 })).rejects.toEqual(
      refused("payload_too_large"),
    );
    expect(taken.count).toBe(0);
  });

  test("may be larger for whom it may be, which is asked once and only when it is", async () => {
    let asked = 0;
    const more = async () => {
      asked++;
      return 200;
    };
    const read = (...sizes: number[]) =>
      readBody(pieces(...sizes).chunks, { declared: null, max: 100, more });
    expect((await read(100)).length).toBe(100);
    expect(asked).toBe(0);
    expect((await read(100, 50, 50)).length).toBe(200);
    expect(asked).toBe(1);
    await expect(read(100, 50, 51)).rejects.toEqual(refused("payload_too_large"));
    expect(asked).toBe(2);
  });

  test("that does not come to its end in time is refused with request_timeout", async () => {
    async function* never() {
      yield new Uint8Array(1);
      await new Promise(() => undefined);
    }
    const reading = { declared: null, max: 100, timeout: 10 };
    await expect(readBody(never(), reading)).rejects.toEqual(refused("request_timeout"));
  });

  test("whose caller goes away is refused, and is no fault of ours", async () => {
    async function* broken() {
      yield new Uint8Array(1);
      throw new Error("aborted");
    }
    await expect(readBody(broken(), { declared: null, max: 100 })).rejects.toEqual(
      refused("invalid_request"),
    );
  });
});

describe("A request of nobody known", () => {
  const post = (body: string) =>
    new Request("http://keyward.test/", { method: "POST", body, headers: { a: "b" } });

  test("keeps its method, headers and body up to 64 KiB", async () => {
    const body = "x".repeat(MAX_ANONYMOUS_BODY_BYTES);
    const bounded = await boundedRequest(post(body));
    expect([bounded.method, bounded.headers.get("a"), await bounded.text()]).toEqual(["POST", "b", body]);
    const get = new Request("http://keyward.test/");
    expect(await boundedRequest(get)).toBe(get);
  });

  test("is refused with more", async () => {
    const large = post("x".repeat(MAX_ANONYMOUS_BODY_BYTES + 1));
    await expect(boundedRequest(large)).rejects.toEqual(refused("payload_too_large"));
  });
});
