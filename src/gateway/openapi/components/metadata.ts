import { metadataSchema } from "@/contracts/schemas/metadata";
import type { Component } from "../component";

/** Data of the caller's own, sent and answered alike. */
export const METADATA: Component = {
  name: "Metadata",
  schema: metadataSchema,
  description:
    "A JSON object of any shape, kept for you: at most 10,240 bytes as JSON in UTF-8 and 8 levels deep, this one included. Texts and names must not hold control characters, invisible characters, characters that turn the direction of writing, or an API key.",
  keywords: { type: "object", additionalProperties: true, examples: [{ order: "A-1042" }] },
};
