import fc from "fast-check";
import { MIB } from "@/contracts/bounds";
import { hostileText, hostileValue } from "./hostile";

/** One change inside a JSON value. Places are counted from its outside in, members and items alike. */
interface Edit {
  at: number;
  change:
    | { replaceBy: unknown }
    | { remove: true }
    | { add: string; as: unknown }
    | { rename: string }
    /** As a list of so many of the same. */
    | { repeat: number }
    /** So many lists, or objects, around it. */
    | { nest: number; in: "list" | "object" };
}

/** What becomes of a body that would have passed. */
export type BodyPlan =
  | { edits: Edit[] }
  | { cut: number }
  | { insert: Uint8Array; at: number }
  /** Blanks after it, so that it is JSON still. In KiB: around 1 MiB and 4 MiB, the bounds. */
  | { padTo: number }
  | { json: string }
  | { bytes: Uint8Array }
  | { none: true };

const anyEdit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(40),
  change: fc.oneof(
    { weight: 6, arbitrary: fc.record({ replaceBy: hostileValue }) },
    { weight: 2, arbitrary: fc.record({ remove: fc.constant(true as const) }) },
    { weight: 2, arbitrary: fc.record({ add: hostileText, as: hostileValue }) },
    { weight: 1, arbitrary: fc.record({ rename: hostileText }) },
    { weight: 1, arbitrary: fc.record({ repeat: fc.constantFrom(2, 21, 101, 1_001, 10_001) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        nest: fc.constantFrom(1, 8, 31, 33, 5_000),
        in: fc.constantFrom("list" as const, "object" as const),
      }),
    },
  ),
});

const edits = fc.array(anyEdit, { minLength: 1, maxLength: 3 });

export const bodyPlan: fc.Arbitrary<BodyPlan> = fc.oneof(
  { weight: 200, arbitrary: fc.record({ edits }) },
  { weight: 15, arbitrary: fc.record({ cut: fc.nat(200) }) },
  {
    weight: 15,
    arbitrary: fc.record({
      insert: fc.uint8Array({ minLength: 1, maxLength: 4 }),
      at: fc.nat(200),
    }),
  },
  { weight: 20, arbitrary: fc.record({ json: fc.json({ stringUnit: "binary" }) }) },
  { weight: 10, arbitrary: fc.record({ bytes: fc.uint8Array({ maxLength: 200 }) }) },
  { weight: 10, arbitrary: fc.constant({ none: true as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ padTo: fc.constantFrom(1_023, 1_025, 4_095, 4_097) }),
  },
);

/**
 * Characters that a body has at most: twice what any call may have. Lists of lists of lists were 485 MB, and while such a
 * body was made the tester let its own connections time out.
 */
const MAX_LENGTH = 8 * MIB;

/** The bytes of a plan. @param sample the body that would have passed; undefined where the route takes none */
export function bodyOf(plan: BodyPlan, sample: unknown): Buffer {
  if ("none" in plan) return Buffer.alloc(0);
  if ("json" in plan) return Buffer.from(plan.json);
  if ("bytes" in plan) return Buffer.from(plan.bytes);
  const text = Buffer.from(edited(sample ?? {}, "edits" in plan ? plan.edits : []));
  if ("cut" in plan) return text.subarray(0, plan.cut % (text.length + 1));
  if ("padTo" in plan) return Buffer.concat([text, Buffer.alloc(plan.padTo * 1_024 - text.length, " ")]);
  if ("edits" in plan) return text;
  const at = plan.at % (text.length + 1);
  return Buffer.concat([text.subarray(0, at), plan.insert, text.subarray(at)]);
}

/** A value within the body, in whatever holds it. */
interface Place {
  holder: Record<string, unknown>;
  name: string;
}

/** The body as JSON, each change made in the outcome of the one before. */
function edited(sample: unknown, changes: readonly Edit[]): string {
  const root = { body: structuredClone(sample) };
  const nested: [mark: string, json: string][] = [];
  for (const { at, change } of changes) {
    const places = placesIn(root);
    const place = places[at % places.length] as Place;
    if ("nest" in change) {
      // As text: JSON.stringify would overflow the stack of the tester, not of the tested.
      const mark = `nested ${nested.length}`;
      nested.push([mark, nestedJson(place.holder[place.name], change)]);
      set(place.holder, place.name, mark);
    } else edit(place, change);
    root.body ??= null;
  }
  let json = JSON.stringify(root.body);
  // Backwards: what was nested later may hold the mark of an earlier one.
  for (const [mark, text] of nested.reverse()) {
    const times = json.split(`"${mark}"`).length - 1;
    if (times * text.length > MAX_LENGTH) json = json.replace(`"${mark}"`, () => text);
    else json = json.replaceAll(`"${mark}"`, () => text);
  }
  return json.slice(0, MAX_LENGTH);
}

type Change = Edit["change"];

function nestedJson(value: unknown, { nest, in: holder }: Extract<Change, { nest: number }>): string {
  const [open, close] = holder === "list" ? ["[", "]"] : ['{"a":', "}"];
  return open.repeat(nest) + JSON.stringify(value) + close.repeat(nest);
}

function edit({ holder, name }: Place, change: Exclude<Change, { nest: number }>): void {
  const value = holder[name];
  if ("replaceBy" in change) set(holder, name, structuredClone(change.replaceBy));
  else if ("add" in change) set(isHolder(value) ? value : holder, change.add, change.as);
  else if ("repeat" in change) {
    const json = JSON.stringify(value) ?? "null";
    const length = Math.min(change.repeat, Math.ceil(MAX_LENGTH / (json.length + 1)));
    // Each its own: a later change within one would be a change of all, and ten thousand times the bound. As text: a million clones one
    // by one would hold the process up, and the server that runs in it.
    set(holder, name, JSON.parse(`[${Array(length).fill(json).join()}]`));
  } else {
    delete holder[name];
    if ("rename" in change) set(holder, change.rename, value);
  }
}

function placesIn(root: { body: unknown }): Place[] {
  const places: Place[] = [{ holder: root, name: "body" }];
  for (let next = 0; next < places.length && places.length < 100; next++) {
    const { holder, name } = places[next] as Place;
    const value = holder[name];
    if (isHolder(value)) for (const child of Object.keys(value)) places.push({ holder: value, name: child });
  }
  return places;
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** As a member of its own, also by the name `__proto__`. Of a list, the item. */
function set(holder: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}
