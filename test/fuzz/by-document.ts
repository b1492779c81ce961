import { call, overNetwork } from "@test/support/calls";
import fc from "fast-check";
import { type BodyPlan, bodyOf, bodyPlan } from "./bodies";
import { type CredentialPlan, credential, credentialHeaders, defaults, seldom, withKey } from "./calls";
import type { Target } from "./campaign";
import { type WireAnswer, WireClient, type WireRequest } from "./client";
import { brokenPromises, type MadeCall } from "./contract";
import { type ApiDocument, type JsonSchema, type Operation, readDocument } from "./document";
import type { Fixtures } from "./fixtures";
import { hostileText } from "./hostile";
import { encoded } from "./targets";
import { KNOWN_TEXT, valuesOf, withKnownTexts } from "./values";

/** A call that is made of the description alone. Plain data: it prints, and fast-check makes it smaller. */
interface DocumentPlan {
  operation: string;
  /** By name; those of the path are always there. */
  parameters: Record<string, unknown>;
  body: unknown;
  /** In its place, where there is one: of the bodies that have passed, also those of other operations, that with this number. */
  recalled?: number | undefined;
  /** What becomes of that body, where it is not sent as the description wants it. */
  change?: BodyPlan | undefined;
  credential?: CredentialPlan | undefined;
}

interface Options {
  connections: number;
  /** Base of the endpoint, below `/api/v1`. */
  base: string;
}

interface DescribedApi extends Target<DocumentPlan> {
  client: WireClient;
  document: ApiDocument;
  /** The operations of which a call has passed. */
  succeeded: ReadonlySet<string>;
  /** Sends any other call. @returns what is wrong with its answer, in words; none is right */
  judged(call: MadeCall): Promise<string[]>;
}

/**
 * The public API of a server, called by what its description says and by nothing else: each operation with input that it
 * allows, and that input changed; each answer held against what is described of it. So a new operation is tested by being
 * described.
 */
export async function describedApi(
  url: string,
  fixtures: Fixtures,
  { connections, base }: Options,
): Promise<DescribedApi> {
  const document = readDocument((await call(overNetwork({ url }), "GET", "/openapi.json")).json);
  const client = new WireClient(url, connections);
  const known = new KnownTexts();
  const succeeded = new Set<string>();
  const make = (plan: DocumentPlan) => made(plan, document, { fixtures, known, base });
  /** Sends it. @returns what is wrong with the answer */
  const judged = async (call: MadeCall) => {
    const answer = await client.send(call.request);
    if (answer.status < 300 && call.operation !== null) {
      succeeded.add(call.operation);
      known.learn(call.request, answer);
    }
    return brokenPromises(call, answer, document);
  };
  return {
    name: `The public API at ${url}, by its description`,
    plans: fc.constantFrom(...document.operations.values()).chain((operation) => planOf(operation, document)),
    attempt: (plan) => judged(make(plan)),
    async show(plan) {
      const { method, target, headers, body } = make(plan).request;
      const lines = headers.map(([name, value]) => `${name}: ${value}`);
      return [`${method} ${target}`, ...lines, "", body.toString()].join("\n  ");
    },
    client,
    document,
    succeeded,
    judged,
  };
}

function planOf(operation: Operation, { resolve }: ApiDocument): fc.Arbitrary<DocumentPlan> {
  const { parameters, body, bodies } = operation;
  const values = parameters.map(({ name, schema, example, in: place }) => {
    const bySchema = valuesOf(schema, { resolve, name });
    // The same Idempotency-Key with every call would have them all refused but the first.
    if (place === "header") return [name, bySchema] as const;
    const allowed =
      example === undefined ? bySchema : fc.oneof(bySchema, withKnownTexts(example), fc.constant(example));
    const any = fc.oneof({ weight: 9, arbitrary: allowed }, { weight: 1, arbitrary: hostileText });
    return [name, any] as const;
  });
  const requiredKeys = parameters
    .filter(({ required, in: place }) => required || place === "path")
    .map(({ name }) => name);
  return fc.record({
    operation: fc.constant(operation.id),
    parameters: fc.oneof(
      fc.record(Object.fromEntries(values), { requiredKeys }),
      fc.record(Object.fromEntries(values.filter(([name]) => requiredKeys.includes(name)))),
    ),
    body: body ? bodyValues(valuesOf(body, { resolve }), bodies) : fc.constant(undefined),
    recalled: body ? seldom(20, fc.nat(20)) : fc.constant(undefined),
    change: body ? seldom(35, bodyPlan) : fc.constant(undefined),
    credential: seldom(10, credential),
  });
}

/** As the schema says, or like an example, which keeps to what is said in words alone. */
function bodyValues(bySchema: fc.Arbitrary<unknown>, examples: readonly unknown[]): fc.Arbitrary<unknown> {
  if (examples.length === 0) return bySchema;
  const example = fc.constantFrom(...examples);
  return fc.oneof(bySchema, example, example.chain(withKnownTexts));
}

function made(
  plan: DocumentPlan,
  document: ApiDocument,
  { fixtures, known, base }: { fixtures: Fixtures; known: KnownTexts; base: string },
): MadeCall {
  const operation = document.operations.get(plan.operation);
  if (!operation) throw new Error(`There is no operation ${plan.operation}.`);
  const secret = fixtures.key("good");
  const text = (value: unknown) => known.filled(String(value));
  const given = operation.parameters.flatMap(({ name, in: place }) =>
    Object.hasOwn(plan.parameters, name) ? [{ name, place, value: text(plan.parameters[name]) }] : [],
  );
  const of = (wanted: string) => given.filter(({ place }) => place === wanted);
  const path = of("path").reduce(
    // An empty segment would be another path.
    (path, { name, value }) => path.replace(`{${name}}`, () => encoded(value) || "%20"),
    operation.path,
  );
  const query = new URLSearchParams(of("query").map(({ name, value }): [string, string] => [name, value]));
  const body = bodyOfPlan(plan, document.resolve(operation.body), known);
  const named = [
    ...credentialHeaders(plan, fixtures, secret),
    ...of("header").map(({ name, value }): [string, string] => [name.toLowerCase(), visible(value)]),
  ];
  const request = {
    method: operation.method,
    target: `/api/v1${base}${path}${query.size > 0 ? `?${query}` : ""}`,
    headers: [...defaults(named, body.length > 0), ...named],
    body,
  };
  return {
    operation: isOneSegment(of("path")) ? operation.id : null,
    secret,
    request: withKey(request, secret),
  };
}

/** Dots alone are resolved on the way, and lead to another path. */
const isOneSegment = (parameters: readonly { value: string }[]) =>
  parameters.every(({ value }) => !/^\.{1,2}$/.test(value));

const visible = (text: string) => text.replace(/[^\x21-\x7e]/g, "x").slice(0, 255) || "x";

function bodyOfPlan({ body, recalled, change }: DocumentPlan, schema: JsonSchema, known: KnownTexts): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  const sample = (recalled === undefined ? null : known.bodyFor(schema, recalled)) ?? known.filledIn(body);
  return change ? bodyOf(change, sample) : Buffer.from(JSON.stringify(sample));
}

/** How many are remembered of each kind. */
const MAX_KNOWN = 50;

/** Texts that answers held, ids by their prefix and others by the name of their member; and bodies that have passed. */
class KnownTexts {
  readonly #texts = new Map<string, string[]>();
  readonly #bodies: Record<string, unknown>[] = [];

  /** Notes what a call that passed was sent with, and what its answer holds. */
  learn(request: WireRequest, { headers, body }: WireAnswer): void {
    if (request.body.length > 0) {
      this.#bodies.unshift(Object(JSON.parse(request.body.toString())));
      this.#bodies.length = Math.min(this.#bodies.length, MAX_KNOWN);
    }
    if (headers["content-type"] !== "application/json") return;
    JSON.parse(body.toString(), (name, value: unknown) => {
      if (typeof value === "string" && value.length <= 100) {
        const [, prefix] = /^([a-z]{3})_[0-9a-z]{26}$/.exec(value) ?? [];
        this.#note(prefix ?? name, value);
      }
      return value;
    });
  }

  #note(name: string, text: string): void {
    const texts = this.#texts.get(name) ?? [];
    this.#texts.set(name, texts);
    // The newest: others may be deleted by now.
    if (!texts.includes(text)) texts.unshift(text);
    texts.length = Math.min(texts.length, MAX_KNOWN);
  }

  /** What a schema asks for, of a body that has all of it: so a device is active under the very licence that is named with it. */
  bodyFor({ properties = {}, required = [] }: JsonSchema, number: number): object | null {
    const fit = this.#bodies.filter((body) =>
      (required as string[]).every((name) => Object.hasOwn(body, name)),
    );
    const chosen = fit[number % Math.max(1, fit.length)];
    if (!chosen) return null;
    const names = Object.keys(properties as object).filter((name) => Object.hasOwn(chosen, name));
    return Object.fromEntries(names.map((name) => [name, chosen[name]]));
  }

  /** The text with what stands for known ones replaced; where none is known, by one that nothing has. */
  filled(text: string): string {
    return text.replace(KNOWN_TEXT, (_, name: string, number: string) => {
      const texts = this.#texts.get(name) ?? [];
      return (
        texts[Number(number) % Math.max(1, texts.length)] ??
        (name.length === 3 ? `${name}_${"0".repeat(26)}` : name)
      );
    });
  }

  /** The same in each text of a JSON value. */
  filledIn(value: unknown): unknown {
    if (typeof value === "string") return this.filled(value);
    if (Array.isArray(value)) return value.map((item) => this.filledIn(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.filledIn(item)]));
  }
}
