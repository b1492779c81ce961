import type { z } from "zod";
import { type Json, type JsonBounds, type JsonObject, jsonProblem } from "../json";
import { jsonObject } from "./json";
import "./words";

const BOUNDS: JsonBounds = { bytes: 10_240, levels: 8 };

/** What a caller may keep on a record: a JSON object of any shape, at most 10 KB as text and 8 levels deep. */
export const metadataSchema = jsonObject(BOUNDS);

export type Metadata = z.output<typeof metadataSchema>;

export const NO_METADATA: Metadata = metadataSchema.parse({});

/** A change to metadata by RFC 7396: members named stay or change, null deletes one, and null for the whole deletes all. */
export const metadataPatchSchema = metadataSchema.nullable();

export type MetadataPatch = z.output<typeof metadataPatchSchema>;

/**
 * Metadata after a change (RFC 7396, section 2).
 * @returns a text saying why not, where the two together are too much: each by itself is within the bounds
 */
export function patchedMetadata(present: Metadata, patch: MetadataPatch): Metadata | string {
  if (patch === null) return NO_METADATA;
  const merged = merge(present, patch) as Metadata;
  return jsonProblem(merged, BOUNDS)?.message ?? merged;
}

/** Goes as deep as the patch, which the bounds hold. Other than the RFC's words it changes nothing in place. */
function merge(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const members = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) members.delete(name);
    else members.set(name, merge(members.get(name), change));
  }
  return Object.fromEntries(members);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads metadata that somebody typed as JSON, nothing being none; a text when it cannot be metadata, saying why. */
export function readMetadata(source: string): Metadata | string {
  let value: unknown;
  try {
    value = source.trim() === "" ? {} : JSON.parse(source);
  } catch {
    return "Is not JSON. Check quotes and commas.";
  }
  const parsed = metadataSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue?.code === "invalid_type") return "Must be a JSON object, in braces.";
  const where = issue?.path.join(".");
  return [where, issue?.message].filter(Boolean).join(": ");
}
