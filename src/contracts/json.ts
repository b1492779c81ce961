import type { z } from "zod";
import { grouped } from "./numbers";
import { cleaned, textProblem } from "./text";

export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [member: string]: Json };

/** JSON of which every text and every name of a member has passed validation (text.ts), for columns: {@link cleanObject}. */
export type CleanJsonObject = JsonObject & z.core.$brand<"CleanJson">;

/** How much JSON a field takes. */
export interface JsonBounds {
  /** Of its text in UTF-8. */
  bytes: number;
  /** Lists and objects within each other, the outermost one included. */
  levels: number;
}

type Path = readonly (string | number)[];

/** What is wrong with a piece of JSON, and where in it. */
interface JsonProblem {
  path: Path;
  message: string;
}

/**
 * The first thing that keeps JSON from being stored and shown, or null. Goes no deeper and reads no further than the
 * bounds: a megabyte of `[[[[…` from a caller must not overflow the stack, here, where it is turned into text again, or in
 * Postgres.
 * @param value as JSON.parse gives it
 * @param problemOf what is asked of each text and name
 */
export function jsonProblem(
  value: unknown,
  bounds: JsonBounds,
  problemOf: (text: string) => string | null = textProblem,
): JsonProblem | null {
  const reader = new Reader(bounds, problemOf);
  const found = reader.problemIn(value, []);
  if (found) return found;
  if (reader.most <= bounds.bytes) return null;
  const bytes = new TextEncoder().encode(JSON.stringify(value)).byteLength;
  return bytes > bounds.bytes ? tooLarge(bounds) : null;
}

function tooLarge({ bytes }: JsonBounds): JsonProblem {
  return { path: [], message: `Must be at most ${grouped(bytes)} bytes as JSON` };
}

/** Of a character as JSON, written `\u0000`; others take three in UTF-8, or four for two of them. */
const CHARACTER_BYTES = 6;
/** Of a number, which is the longest of what is no text, with what stands around it: a comma, brackets. */
const NUMBER_BYTES = 32;

/** Bytes that a text takes at most as JSON, with quotes, and a comma or colon. */
const mostBytes = (text: string) => text.length * CHARACTER_BYTES + 4;

class Reader {
  /** Characters read, each of which takes a byte at least. What passes is small enough to be measured. */
  #read = 0;
  /** Bytes that what was read takes at most as JSON. Most is so small that it need not be written to be measured. */
  most = 0;

  constructor(
    private readonly bounds: JsonBounds,
    private readonly problemOf: (text: string) => string | null,
  ) {}

  problemIn(value: unknown, path: Path): JsonProblem | null {
    this.#read += typeof value === "string" ? value.length : 1;
    this.most += typeof value === "string" ? mostBytes(value) : NUMBER_BYTES;
    if (this.#read > this.bounds.bytes) return tooLarge(this.bounds);
    if (typeof value === "object" && value !== null) return this.#problemWithin(value, path);
    const message = this.#leafProblem(value);
    return message ? { path, message } : null;
  }

  #problemWithin(value: object, path: Path): JsonProblem | null {
    const { levels } = this.bounds;
    if (path.length >= levels)
      return { path: [], message: `Must not be nested deeper than ${levels} levels` };
    const list = Array.isArray(value);
    const names = new Set<string>();
    for (const [name, child] of Object.entries(value)) {
      const at = [...path, list ? Number(name) : name];
      const message = list ? null : this.#nameProblem(name, names);
      const problem = message ? { path: at, message } : this.problemIn(child, at);
      if (problem) return problem;
    }
    return null;
  }

  #nameProblem(name: string, before: Set<string>): string | null {
    this.#read += name.length;
    this.most += mostBytes(name);
    // Composing a long name costs; the value after it is then refused as too large.
    if (this.#read > this.bounds.bytes) return null;
    // In a copy made by assignment it would be the prototype of whatever holds it, and no member.
    if (name === "__proto__") return "Must not have this name";
    const message = this.problemOf(name);
    if (message) return message;
    const kept = cleaned(name);
    if (before.has(kept)) return "Is there twice, written in two ways";
    before.add(kept);
    return null;
  }

  #leafProblem(value: unknown): string | null {
    if (typeof value === "string") return this.problemOf(value);
    // 1e999 is JSON, and becomes null when it is written again.
    return typeof value === "number" && !Number.isFinite(value) ? "Must be a number that can be kept" : null;
  }
}

/**
 * The same as it is stored: every text in its one form, and without what validation refuses (see {@link cleaned}). Goes as
 * deep as the JSON, so {@link jsonProblem} comes first.
 */
export function cleanedJson(value: unknown): Json {
  if (typeof value === "string") return cleaned(value);
  if (typeof value !== "object" || value === null) return value as number | boolean | null;
  if (Array.isArray(value)) return value.map(cleanedJson);
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [cleaned(name), cleanedJson(child)] as const),
  );
}

/** An object as a column takes it. See {@link cleanedJson}. */
export function cleanObject(value: object): CleanJsonObject {
  return cleanedJson(value) as CleanJsonObject;
}
