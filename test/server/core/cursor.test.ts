import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cursorSchema } from "@/contracts/schemas/lists";
import { decodeCursor, encodeCursor } from "@/server/core/cursor";

type Position = (string | number)[];
const isPosition = (value: unknown): value is Position => Array.isArray(value);
const refused = expect.objectContaining({
  code: "validation_failed",
  detail: "cursor: Is not a cursor of this list; start again without one",
  extensions: { errors: [expect.objectContaining({ path: "cursor", code: "invalid_cursor" })] },
});

describe("A cursor", () => {
  test("leads back to the position it was made of", () => {
    const part = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(
      fc.property(fc.array(part), (position) => {
        // JSON has no minus zero.
        fc.pre(!position.some((value) => Object.is(value, -0)));
        expect(decodeCursor(encodeCursor(position), isPosition)).toEqual(position);
      }),
    );
  });

  test("travels in a URL as it is", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" })), (position) => {
        expect(encodeCursor(position)).toMatch(/^[0-9A-Za-z_-]+$/);
      }),
    );
  });

  test("of the longest name fits into what the lists accept", () => {
    const longest = encodeCursor(["previous", "🔑".repeat(100), "key_01h455vb4pex5vsknk084sn02q"]);
    expect(cursorSchema.safeParse(longest).success).toBe(true);
  });

  test("that is garbage is refused as a wrong field, never a fault", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.json().map((json) => Buffer.from(json).toString("base64url")),
        ),
        (garbage) => {
          expect(() => decodeCursor(garbage, (_value): _value is never => false)).toThrow(refused);
        },
      ),
    );
  });

  test("of another list is refused", () => {
    const other = encodeCursor(["next", 17]);
    const isOurs = (value: unknown): value is [string] => Array.isArray(value) && value.length === 1;
    expect(() => decodeCursor(other, isOurs)).toThrow(refused);
  });
});
